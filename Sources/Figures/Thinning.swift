import Foundation

/// Which points of a long line to draw so that it looks the same: of each group, the first, the last, the lowest and the highest.
///
/// `columns` cut the horizontal extent into groups that are narrower than what can be told apart; a line through those four
/// covers the same pixels as one through all of the group. Source: Jugel, Jerzak, Hackenbroich, Markl, "M4: a visualization-
/// oriented time series data aggregation", VLDB 2014.
///
/// - Parameter points: in the order in which they are joined; the groups are runs of points in the same column.
/// - Returns: indices in increasing order, all of them where that are no more than four a column. Cost: O(points).
func thinned(_ points: [Point], columns: ClosedRange<Double>, width: Double) -> [Int] {
  precondition(width > 0, "columns of no width")
  let most = 4 * (Int((columns.upperBound - columns.lowerBound) / width) + 2)
  guard points.count > most else { return Array(points.indices) }
  var kept: [Int] = []
  kept.reserveCapacity(most)
  var start = 0
  while start < points.count {
    let column = ((points[start].x - columns.lowerBound) / width).rounded(.down)
    var end = start + 1
    var (lowest, highest) = (start, start)
    while end < points.count, ((points[end].x - columns.lowerBound) / width).rounded(.down) == column {
      if points[end].y < points[lowest].y { lowest = end }
      if points[end].y > points[highest].y { highest = end }
      end += 1
    }
    var last = -1
    for index in [start, lowest, highest, end - 1].sorted() where index != last {
      kept.append(index)
      last = index
    }
    start = end
  }
  return kept
}
