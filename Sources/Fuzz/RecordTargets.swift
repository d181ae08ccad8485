import Foundation
import Metrics
import Records
import Rows
import Support
import Tables

/// Readers of what runs leave behind, and what is computed from it: summaries, tables, claims, the live view, event files.
///
/// - Parameter folder: where a run's folder is made.
/// - Throws: `InputError` where the folder can't be written to.
func recordTargets(folder: String) throws -> [FuzzTarget] {
  let run = "\(folder)/run"
  try Folder.make(run, advice: "Free some space.")
  let record = RunRecord(
    row: .fashion32Image, seed: 1,
    data: .init(
      name: "fashion32", classes: ["background", "shape"], trainCount: 9, trainFingerprint: "0123",
      evaluationName: "fashion32/val", evaluationCount: 4, evaluationFingerprint: "4567", backgroundClass: 0),
    parameters: 1234, result: .init(try ConfusionMatrix(classes: 2, counts: [5, 1, 2, 7]), backgroundClass: 0),
    queries: 128_000, seconds: 12.5,
    provenance: .init(
      commit: "0123456789ab", oneDNN: "3.1", openBLAS: "0.3", cpu: "a processor", threads: 1,
      date: "2026-01-01T00:00:00Z"))
  let lines = """
    {"gradientNorm":1.5,"learningRate":0.002,"loss":0.5,"queries":256,"reward":0.25,"seconds":0.5,"step":10}
    {"mIoU":0.5,"pixelAccuracy":0.75,"queries":512,"seconds":1.25,"step":20}

    """
  let images = ValidationImages([
    .init(
      row: "fashion32/image", seed: 1, data: "fashion32/val", fingerprint: "4567",
      mIoU: .init(mean: 0.5, lower: 0.25, upper: 0.75, count: 4), ratio: nil)
  ])
  return [
    FuzzTarget(
      name: "run record", seeds: [Array(try CanonicalJSON.encode(record, layout: .pretty, of: "a record"))]
    ) { _, path in
      let record = try RunRecord(contentsOf: path)
      _ = record.summary
      _ = TablePlan.all.compactMap { $0.table(of: [record])?.latex }
      _ = ClaimsPage([record]).markdown
    },
    FuzzTarget(name: "metrics", seeds: [Array(lines.utf8)]) { input, _ in
      _ = FileManager.default.createFile(atPath: "\(run)/metrics.jsonl", contents: Data(input))
      _ = try RunView(folder: run).lines(width: 80)
      _ = try TensorBoardEvents.export(run: run, to: run)
    },
    FuzzTarget(
      name: "validation images", seeds: [Array(try CanonicalJSON.encode(images, layout: .pretty, of: "images"))]
    ) { input, _ in
      _ = FileManager.default.createFile(atPath: "\(run)/\(ValidationImages.fileName)", contents: Data(input))
      _ = TablePlan.table2.table(of: [record], images: try ValidationImages(inRecords: run))?.markdown
    },
  ]
}
