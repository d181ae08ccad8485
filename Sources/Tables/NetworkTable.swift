import Records
import Rows

extension TablePlan {
  /// What a pretrained encoder is worth, by each way to learn.
  package static let table6 = TablePlan(
    number: 6,
    rows: { profile in profile == .quick ? [] : Row.networkComparisons.map(\.row) },
    make: { records in
      Table(
        name: "table6", caption: "Table 6. Pretrained and other networks",
        columns: [
          "Data", "Network", "Start", "Method", "mIoU", "Background IoU", "Ratio to cross-entropy", "Reward queries",
          "Seeds",
        ],
        rows: Row.networkComparisons.compactMap { line in
          guard let group = RecordGroup(records.filter { $0.row == line.row }) else { return nil }
          return [
            .text(group.data), .text(line.network), .text(line.start), .text(line.method.title),
            Table.Cell(group.values(\.result.mIoU)), Table.Cell(group.values(\.result.backgroundIoU)),
            ratioCell(group, among: records),
            group.queries > 0 ? .number(Double(group.queries), digits: 0) : .missing,
            .number(Double(group.records.count), digits: 0),
          ]
        },
        notes: [
          intervalNote,
          "The ratio is to cross-entropy with the same network and start. Steps are "
            + Set(records.map(\.steps)).sorted().map(String.init).joined(separator: " or ") + ".",
          provenanceNote(records),
        ])
    })
}
