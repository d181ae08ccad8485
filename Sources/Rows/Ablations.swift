import Rewards
import Training

// Table 4: what each part of the method does. A fashion32 row takes 12 to 40 s.

extension Row {
  /// All eight combinations on the data of an image-level row, at its number of maps. PSR is a grid of 8 cells for the
  /// first tenth of training, of 16 for the second; without PSD every pixel of a map gets its reward; without SyncAN the
  /// rewards, or PSD's differences, are the advantages. PSD and SyncAN without PSR is the row itself.
  package static func ablation(of row: Row) -> [Row] {
    [false, true].flatMap { psr in
      [false, true].flatMap { psd in
        [false, true].map { syncAN in
          let parts = [(psr, "psr"), (psd, "psd"), (syncAN, "syncan")].filter(\.0).map(\.1)
          let name = parts.isEmpty ? "none" : parts.joined(separator: "-")
          return row.variant("ablation-\(name)", "RSS, image-level, ablation \(name)") {
            $0.with(\.scales, psr ? earlyScales : .full).with(\.advantage, psd ? .psd : .naive)
              .with(\.syncAN, syncAN ? .batch : .off)
          }
        }
      }
    }
  }

  static let earlyScales = GridSchedule(stages: [(8, 0.1), (16, 0.2)], last: GridSchedule.pixels)
}
