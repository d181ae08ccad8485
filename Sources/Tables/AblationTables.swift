import Records
import Rewards
import Rows
import Training

extension TablePlan {
  /// What PSR, PSD and SyncAN each do: all eight combinations.
  package static let table4 = TablePlan(
    number: 4,
    rows: { profile in ablationData(profile).flatMap { [ceiling(of: $0)] + Row.ablation(of: $0) } },
    make: { records in
      Table(
        name: "table4", caption: "Table 4. PSR, PSD and SyncAN, one by one",
        columns: ["Data", "PSR", "PSD", "SyncAN", "Maps", "mIoU", "Pixel accuracy", "Ratio to cross-entropy", "Seeds"],
        rows: groups(records, methods: [.imageReward]).map { group in
          let recipe = group.row.recipe
          func mark(_ isOn: Bool) -> Table.Cell { .text(isOn ? "yes" : "no") }
          return [
            .text(group.data), mark(recipe.scales != .full), mark(recipe.advantage == .psd),
            mark(recipe.syncAN == .batch), .number(Double(recipe.maps), digits: 0),
            Table.Cell(group.values(\.result.mIoU)),
            Table.Cell(group.values(\.result.pixelAccuracy)), ratioCell(group, among: records),
            .number(Double(group.records.count), digits: 0),
          ]
        },
        notes: [
          intervalNote,
          "PSR is a grid of 8 cells along the shorter side for the first tenth of the steps, of 16 for the second, then "
            + "single pixels.", provenanceNote(records),
        ])
    })

  /// Maps, scores, granularity and estimators, with what each costs in reward queries.
  package static let table5 = TablePlan(
    number: 5,
    rows: { profile in
      ablationData(profile).flatMap { [ceiling(of: $0)] + Row.comparisons(of: $0).map(\.row) }
        .reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    },
    make: { records in
      let lines = ablationData(.full).flatMap { Row.comparisons(of: $0) }
      return Table(
        name: "table5", caption: "Table 5. Numbers of maps, scores, granularity and estimators",
        columns: ["Data", "Compared", "Setting", "Maps", "mIoU", "Ratio to cross-entropy", "Reward queries", "Seeds"],
        rows: lines.compactMap { line in
          guard let group = RecordGroup(records.filter { $0.row == line.row }) else { return nil }
          return [
            .text(group.data), .text(line.group), .text(line.setting),
            .number(Double(line.row.recipe.maps), digits: 0), Table.Cell(group.values(\.result.mIoU)),
            ratioCell(group, among: records), .number(Double(group.queries), digits: 0),
            .number(Double(group.records.count), digits: 0),
          ]
        },
        notes: [
          intervalNote, "A reward query is one number asked for: of a pixel, of a map, or of a patch of a map.",
          granularityNote,
          provenanceNote(records),
        ])
    })

  private static func ablationData(_ profile: Profile) -> [Row] {
    profile == .quick ? [.fashion32Image] : [.fashion32Image, .fashion64Image, .camvidImage]
  }

  private static func ceiling(of row: Row) -> Row {
    Row.main.first { $0.data == row.data && $0.recipe.objective == .crossEntropy } ?? row
  }
}
