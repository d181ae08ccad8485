/// The names nearest to a mistyped one, best first: those within an edit distance of a third of its length, or that
/// contain it.
///
/// Cost: O(names x length^2), for the short lists of rows, options and classes.
package func nearestNames(to name: String, in known: [String], most: Int = 3) -> [String] {
  let wanted = name.lowercased()
  let limit = max(2, wanted.count / 3)
  return
    known
    .map { (name: $0, distance: editDistance(wanted, $0.lowercased())) }
    .filter { $0.distance <= limit || (wanted.count > 1 && $0.name.lowercased().contains(wanted)) }
    .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
    .prefix(most)
    .map(\.name)
}

/// Levenshtein distance: the least number of insertions, deletions and substitutions that turn one text into another.
func editDistance(_ a: String, _ b: String) -> Int {
  let a = Array(a)
  let b = Array(b)
  var previous = Array(0...b.count)
  for (i, x) in a.enumerated() {
    var current = [i + 1]
    for (j, y) in b.enumerated() {
      current.append(min(previous[j] + (x == y ? 0 : 1), previous[j + 1] + 1, current[j] + 1))
    }
    previous = current
  }
  return previous[b.count]
}
