/// Holm's adjustment of the p values of several tests: those that are at most α hold together, in that the probability that even
/// one of them is wrong is at most α, however the tests depend on each other.
///
///     p of rank k of m (from 1)  ->  max over ranks j <= k of min(1, (m - j + 1) p_j)
///
/// - Parameter values: each in 0...1, in any order.
/// - Returns: the adjusted values in the same order. None for none.
/// - Cost: O(m log m).
///
/// Source: Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6, 1979.
public func holmAdjusted(_ values: [Double]) -> [Double] {
  precondition(values.allSatisfy { (0...1).contains($0) }, "p values are in 0...1, not \(values)")
  var adjusted = values
  var largest = 0.0
  for (rank, index) in values.indices.sorted(by: { (values[$0], $0) < (values[$1], $1) }).enumerated() {
    largest = max(largest, min(1, Double(values.count - rank) * values[index]))
    adjusted[index] = largest
  }
  return adjusted
}
