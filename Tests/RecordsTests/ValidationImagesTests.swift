import Foundation
import Metrics
import TestSupport
import Testing

@testable import Records

@Suite struct ValidationImagesTests {
  @Test func noFileIsNoFinding() throws {
    let folder = try TemporaryFolder()
    #expect(try ValidationImages(inRecords: folder.path).findings.isEmpty)
  }

  @Test func survivesItsFile() throws {
    let folder = try TemporaryFolder()
    let interval = Interval(mean: 0.7, lower: 0.68, upper: 0.71, count: 500)
    let images = ValidationImages([
      .init(row: "fashion32/ce", seed: 1, data: "fashion32/val", fingerprint: "ab", mIoU: interval, ratio: nil),
      .init(row: "fashion32/image", seed: 1, data: "fashion32/val", fingerprint: "ab", mIoU: interval, ratio: interval),
    ])
    try images.write(to: "\(folder.path)/\(ValidationImages.fileName)")
    #expect(try ValidationImages(inRecords: folder.path) == images)
  }

  @Test(arguments: [
    "{", "[]", #"{"findings":[{"row":"a"}]}"#,
    #"{"findings":[{"row":"a","seed":1,"data":"d","fingerprint":"f","mIoU":{"mean":7,"count":5}}]}"#,
    #"{"findings":[{"row":"a","seed":1,"data":"d","fingerprint":"f","mIoU":{"mean":0.5,"lower":0.6,"count":5}}]}"#,
  ])
  func whatIsNotOursIsRefused(text: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(text, to: ValidationImages.fileName)
    #expect(inputError { try ValidationImages(inRecords: folder.path) }.subject.hasSuffix(ValidationImages.fileName))
  }
}
