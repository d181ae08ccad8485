import Foundation
import Support

extension RunRecord {
  /// A run in a few lines for people: the result, the IoU of each class, the cost.
  package var summary: String {
    func text(_ value: Double?) -> String { value.map { String(format: "%.3f", $0) } ?? "–" }
    var lines = [
      "\(row.name), seed \(seed): mIoU \(text(result.mIoU)), pixel accuracy \(text(result.pixelAccuracy)) on "
        + "\(data.evaluationName) (\(data.evaluationCount) images)"
    ]
    let width = data.classes.map(\.count).max() ?? 0
    lines += zip(data.classes, result.perClassIoU).map { name, iou in
      "  \(name.padding(toLength: width, withPad: " ", startingAt: 0))  IoU \(text(iou))"
    }
    lines.append(
      String(
        format: "%d steps in %.1f s, %d reward queries, %.0f MB peak memory, %d parameters", steps, seconds, queries,
        peakMemoryMB, parameters))
    return lines.map(printable).joined(separator: "\n")
  }
}
