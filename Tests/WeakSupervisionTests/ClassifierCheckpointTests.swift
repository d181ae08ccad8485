import Datasets
import Foundation
import Networks
import Tensors
import Testing

@testable import WeakSupervision

@Suite struct ClassifierCheckpointTests {
  private let path = FileManager.default.temporaryDirectory
    .appendingPathComponent("classifier-\(UUID().uuidString).safetensors").path

  private func checkpoint() -> ClassifierCheckpoint {
    let classifier = Classifier(.init(channels: 1, width: 2, outputs: 2, outputStride: 4), seed: 9)
    return ClassifierCheckpoint(
      description: .init(
        network: classifier.configuration, classes: ["bag", "boot"], normalization: .identity(channels: 1),
        row: "a/cam",
        seed: 9), classifier: classifier)
  }

  @Test func comesBackAsItWas() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    try checkpoint().write(to: path)
    let back = try ClassifierCheckpoint(contentsOf: path)
    #expect(back.description == checkpoint().description)
    #expect(back.classifier.state == checkpoint().classifier.state)
    let bytes = FileManager.default.contents(atPath: path)
    try back.write(to: path)
    #expect(FileManager.default.contents(atPath: path) == bytes)
  }

  @Test func anotherKindOfCheckpointIsRefused() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Safetensors(tensors: ["a": Tensor(zeros: [1])], metadata: ["rss": "{}"]).write(to: path)
    let error = inputError { try ClassifierCheckpoint(contentsOf: path) }
    #expect(error.subject == path && error.found.contains("no description of a classifier"))
  }

  @Test(arguments: [
    ("\"version\":1", "\"version\":2", "can't be read"), ("\"width\":2", "\"width\":4096", "impossible size"),
    ("\"outputStride\":4", "\"outputStride\":3", "impossible size"), ("\"width\":2", "\"width\":3", "of shape"),
    ("[\"bag\",\"boot\"]", "[\"bag\"]", "impossible size"),
  ])
  func damagedDescriptionsAreRefused(text: String, replacement: String, found: String) throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    try checkpoint().write(to: path)
    var file = try Safetensors(contentsOf: path)
    let description = try #require(file.metadata["rss-classifier"])
    #expect(description.contains(text))
    file.metadata["rss-classifier"] = description.replacingOccurrences(of: text, with: replacement)
    try file.write(to: path)
    #expect(inputError { try ClassifierCheckpoint(contentsOf: path) }.found.contains(found))
  }
}
