import Foundation

/// Where a run lies unless it is told otherwise: `runs/ROW-SEED`, the row's `/` written as `-`.
package func runFolder(of row: String, seed: UInt64, under root: String = "runs") -> String {
  "\(root)/\(row.replacingOccurrences(of: "/", with: "-"))-\(seed)"
}
