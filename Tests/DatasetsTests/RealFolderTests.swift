import Foundation
import Images
import Support
import Testing

@testable import Datasets

/// Data sets as users have them: in the folder that RSS_DATA names, or in `shared/data` beside the package.
private let dataFolder: String = {
  if let folder = ProcessInfo.processInfo.environment["RSS_DATA"], !folder.isEmpty { return folder }
  let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  return package.deletingLastPathComponent().appendingPathComponent("shared/data").path
}()

private func has(_ name: String) -> Bool {
  FileManager.default.fileExists(atPath: "\(dataFolder)/\(name)/classes.txt")
}

@Suite struct RealFolderTests {
  private static let advice: Comment = "set RSS_DATA to a folder with the data sets that data-scripts makes"

  @Test(.enabled(if: has("camvid"), advice)) func camvid() throws {
    let splits = try FolderDataset.splits(directory: "\(dataFolder)/camvid")
    #expect(splits.train.count == 331 && splits.tuning.count == 36 && splits.validation.count == 101)
    #expect(splits.train.name == "camvid/train" && splits.train.classes.count == 11)
    #expect(splits.backgroundClass == nil && splits.train.identifier(at: 0) == "0001TP_006690")
    let clock = ContinuousClock()
    var normalization = Normalization.identity(channels: 3)
    print("reading camvid: \(try clock.measure { normalization = try Normalization(measuring: splits.train) })")
    #expect(normalization.mean.allSatisfy { (0.2...0.7).contains($0) })
    #expect(normalization.standardDeviation.allSatisfy { (0.1...0.5).contains($0) })
    let loader = LabelledBatchLoader(
      dataset: try splits.trainingLabels(for: "a test"), batchSize: 16, height: 120, width: 160,
      normalization: normalization,
      augmentation: .standard, seed: 0)
    var batch = try loader.batch(at: 0)
    let times = try (1...20).map { step in try clock.measure { try loader.fill(&batch, at: step) } }.sorted()
    print("assembling a camvid batch: \(times[0]) at best, \(times[10]) typically")
    #expect(try loader.labels(at: 20).allSatisfy { $0 < 11 || $0 == 255 })
    print("fingerprint of camvid/train: \(clock.measure { _ = splits.train.fingerprint })")
    let evaluation = try EvaluationBatches(
      dataset: splits.validation, batchSize: 16, normalization: normalization, multiple: 16)
    #expect(evaluation.count == 7)
    #expect(try evaluation.batch(at: 6).batch.height == 128)
  }

  @Test(.enabled(if: has("voc2012"), advice)) func voc7() throws {
    let splits = try FolderDataset.splits(directory: "\(dataFolder)/voc2012", remap: .voc7)
    #expect(splits.train.name == "voc7/train" && splits.backgroundClass == 0)
    for index in stride(from: 0, to: splits.validation.count, by: 20) {
      #expect(try splits.validation.sample(at: index).labels.classes.allSatisfy { $0 < 7 || $0 == 255 })
    }
  }

  @Test(.enabled(if: has("ccp"), advice)) func ccp() throws {
    let splits = try FolderDataset.splits(directory: "\(dataFolder)/ccp", validation: "test")
    #expect(splits.train.classes.count == 59 && splits.backgroundClass == 0)
    #expect(inputError { try FolderDataset(directory: "\(dataFolder)/ccp", split: "val") }.expected.contains("test"))
  }

  @Test(.enabled(if: has("camvid"), advice), arguments: ["camvid", "voc2012", "ccp"]) func soundFolders(name: String) {
    guard has(name) else { return }
    let report = FolderVerification.verify(directory: "\(dataFolder)/\(name)")
    #expect(report.problems.isEmpty, "\(report.problems.prefix(3))")
    #expect(!report.splits.isEmpty && report.splits.allSatisfy { $0.count == $0.readable })
  }
}
