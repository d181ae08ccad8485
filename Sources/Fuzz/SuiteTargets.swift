import Checks
import Figures
import Foundation
import PaperFigures
import Records
import Rows
import Support

/// Readers of the suite's settings and baselines, and the figures that are drawn from records.
///
/// - Parameters:
///   - repository: where the committed records and baselines are, which are the seeds.
///   - folder: an empty folder, in which a folder of records is made.
/// - Throws: `InputError` where one can't be read, or the folder can't be written to.
func suiteTargets(repository: String, folder: String) throws -> [FuzzTarget] {
  func committed(_ path: String) throws -> [UInt8] {
    try FileBytes.read("\(repository)/\(path)", expected: "a committed file", advice: "Run make fuzz.")
  }
  let run = "\(folder)/records/run"
  try Folder.make(run, advice: "Free some space.")
  let records = ["fashion32-image-1", "fashion32-ce-1", "camvid-image-1"]
  try AtomicFile.write(
    Data(committed("paper/records/\(records[0])/metrics.jsonl")), to: "\(run)/metrics.jsonl")
  let typeface = try Typeface.load()
  /// One `--set` a line.
  func settings(_ name: String, _ row: Row, _ lines: [String]) -> FuzzTarget {
    FuzzTarget(name: name, seeds: lines.map { Array($0.utf8) }) { input, _ in
      _ = try row.applying(String(decoding: input, as: UTF8.self).components(separatedBy: "\n"))
    }
  }
  return [
    settings(
      "settings", .fashion32Image,
      ["steps=200\nmaps=64\nsize=64x32\nscales=8:0.1,16:0.2,full", "learningRate=1e-3\nadvantage=regression\nclip=0"]),
    settings(
      "weak settings", .fashion32CAM,
      ["classifierSteps=40\nrefinement=crf\nthreshold=0.3", "scales=0.5,1,2\nrefinement=pamr\ndilations=1,2,4"]),
    settings("one-stage settings", .fashion32OneStage, ["steps=40\nconfidence=0.6\nmaskWeight=1"]),
    FuzzTarget(name: "baselines", seeds: [try committed("benchmarks/convergence.json")]) { _, path in
      let baselines = try ConvergenceCheck.readBaselines(path)
      try ConvergenceCheck().validate(baselines, named: path)
      _ = try ConvergenceCheck().compare(baselines, with: baselines, named: path)
    },
    // The figures, and with them Cairo, see numbers and names of a record. Slow: some inputs a second.
    FuzzTarget(name: "figures", seeds: try records.map { try committed("paper/records/\($0)/run.json") }) { input, _ in
      _ = FileManager.default.createFile(atPath: "\(run)/run.json", contents: Data(input))
      let archive = try RecordArchive(contentsOf: "\(folder)/records")
      for plan in FigurePlan.all where !archive.runs.isEmpty {
        let drawing = plan.draw(archive, typeface)
        _ = try drawing.svg()
        _ = try drawing.png(pixelsPerInch: 20)
      }
    },
  ]
}
