import Datasets
import Foundation
import Images
import Randomness
import Records
import Rows
import Support
import Testing
import Training

/// A folder that is removed with the last reference to it.
package final class TemporaryFolder: Sendable {
  package let path: String

  package init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("experiments-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  package func write(_ text: String, to name: String) throws { try write(Data(text.utf8), to: name) }

  package func write(_ data: Data, to name: String) throws {
    try data.write(to: URL(fileURLWithPath: "\(path)/\(name)"))
  }

  package func makeFolder(_ name: String) throws {
    try FileManager.default.createDirectory(atPath: "\(path)/\(name)", withIntermediateDirectories: true)
  }

  package func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: "\(path)/\(name)") }
}

/// A data folder with 12 training and 3 validation images of 13 x 11 pixels: a bright rectangle (class 1) on noise.
package func rectangleFolder(colour: Bool = true) throws -> TemporaryFolder {
  let folder = try TemporaryFolder()
  try folder.makeFolder("images")
  try folder.makeFolder("labels")
  try folder.write("0 background\n1 rectangle\n255 void\n", to: "classes.txt")
  let ids = (0..<15).map { "frame\($0)" }
  try folder.write(ids.prefix(12).joined(separator: "\n") + "\n", to: "train.txt")
  try folder.write(ids.suffix(3).joined(separator: "\n") + "\n", to: "val.txt")
  for (number, id) in ids.enumerated() {
    let sample = rectangle(number, channels: colour ? 3 : 1)
    try PNG.write(sample.image, to: "\(folder.path)/images/\(id).png")
    try PNG.write(sample.labels, palette: palette(classes: 2, background: 0), to: "\(folder.path)/labels/\(id).png")
  }
  return folder
}

package func rectangle(_ number: Int, channels: Int, width: Int = 13, height: Int = 11) -> Sample {
  var random = RandomStream(seed: 5, purpose: .scenes, index: UInt32(truncatingIfNeeded: number))
  let left = random.integer(below: width / 2)
  let top = random.integer(below: height / 2)
  var image = Image(width: width, height: height, channels: channels, fill: 0)
  var labels = LabelMap(width: width, height: height, fill: 0)
  for y in 0..<height {
    for x in 0..<width {
      let inside = (left..<left + width / 2).contains(x) && (top..<top + height / 2).contains(y)
      for c in 0..<channels { image[x, y, c] = (inside ? 0.7 : 0) + 0.3 * random.uniform() }
      labels[x, y] = inside ? 1 : 0
    }
  }
  return Sample(image: image, labels: labels)
}

/// A row on a data folder that runs in a moment.
package func tinyRow(
  _ folder: String, _ objective: Recipe.Objective = .crossEntropy, name: String = "tiny/ce", steps: Int = 12,
  expected: Row.Expected? = nil
) -> Row {
  var source = DataSource.folder("tiny")
  source.directory = folder
  var recipe = Recipe(
    objective: objective, maps: objective == .imageReward ? 4 : 1, networkWidth: 1, steps: steps, imageHeight: 16,
    imageWidth: 16)
  recipe.batchSize = 2
  recipe.evaluations = 2
  return Row(name, "Tiny \(objective.rawValue)", source, recipe, expected: expected)
}

/// The `InputError` that the work throws; records an issue when it throws none.
package func inputError(sourceLocation: SourceLocation = #_sourceLocation, _ work: () throws -> some Any) -> InputError
{
  do {
    _ = try work()
    Issue.record("nothing was thrown", sourceLocation: sourceLocation)
  } catch let error as InputError {
    return error
  } catch {
    Issue.record("not an InputError: \(error)", sourceLocation: sourceLocation)
  }
  return InputError("", found: "", expected: "", advice: "")
}

/// The lines of a metrics file, every one of which must be whole.
package func metricsLines(_ path: String) throws -> [MetricsLine] {
  let data = try #require(FileManager.default.contents(atPath: path))
  if data.isEmpty { return [] }
  #expect(data.last == 0x0A)
  return try data.dropLast().split(separator: 0x0A, omittingEmptySubsequences: false)
    .map { try JSONDecoder().decode(MetricsLine.self, from: Data($0)) }
}

/// What two runs that are the same have in common: the checkpoint's bytes, and the metrics lines without their times.
package struct RunFiles: Equatable {
  package var checkpoint: Data
  package var lines: [MetricsLine]
}

package func runFiles(_ folder: String) throws -> RunFiles {
  #expect(
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == [
      "checkpoint.safetensors", "metrics.jsonl", "run.json",
    ])
  let checkpoint = try #require(FileManager.default.contents(atPath: "\(folder)/checkpoint.safetensors"))
  let lines = try metricsLines("\(folder)/metrics.jsonl")
  #expect(zip(lines, lines.dropFirst()).allSatisfy { $0.seconds <= $1.seconds })
  return RunFiles(
    checkpoint: checkpoint,
    lines: lines.map { line in
      var line = line
      line.seconds = 0
      return line
    })
}

/// The reward program that comes with the package, scoring against the labels in a folder; nil without python3.
package func rewardServer(_ labels: String, score: String = "meanIoU") -> String? {
  let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  let script = package.appendingPathComponent("data-scripts/reward_server.py").path
  let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
  guard folders.contains(where: { FileManager.default.isExecutableFile(atPath: "\($0)/python3") }) else { return nil }
  return "python3 '\(script)' '\(labels)' --score \(score)"
}
