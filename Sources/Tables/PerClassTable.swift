import Metrics

/// IoU and accuracy of each class, and their means.
package func perClassTable(_ confusion: ConfusionMatrix, classes: [String], name: String) -> Table {
  func cell(_ value: Double?) -> Table.Cell { value.map { .number($0, digits: 3) } ?? .missing }
  return Table(
    name: "classes", caption: "Per class on \(name)", columns: ["Class", "IoU", "Accuracy"],
    rows: classes.enumerated().map { k, name in
      [.text(name), cell(confusion.iou(of: k)), cell(confusion.accuracy(of: k))]
    } + [[.text("mean"), cell(confusion.meanIoU), cell(confusion.meanClassAccuracy)]],
    notes: [confusion.pixelAccuracy.map { "Pixel accuracy \(Table.Cell.number($0, digits: 3).plain)." } ?? ""])
}
