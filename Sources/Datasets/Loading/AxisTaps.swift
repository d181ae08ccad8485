/// For each wanted place along one axis of a resized image: which source pixels it mixes, and how much of each.
///
/// An axis of n pixels resized to m: smaller by area (a new pixel averages the interval `[i n/m, (i+1) n/m)`), larger
/// bilinearly between pixel centres (`(i + 0.5) n/m - 0.5`, clamped at the ends), same size unchanged. Every place has
/// the same number of taps, some with weight 0, so that inner loops have no branch.
struct AxisTaps {
  /// Taps of each place.
  let length: Int
  /// First source pixel of each place; `start + length` never passes the end.
  private(set) var starts: [Int]
  /// `length` weights for each place, which sum to 1.
  private(set) var weights: [Float]
  /// The nearest source pixel of each place, `floor((i + 0.5) n/m)`; what labels use.
  private(set) var nearest: [Int]

  /// - Parameters:
  ///   - source: n, the pixels there are.
  ///   - scaled: m, the pixels after resizing.
  ///   - range: the places wanted among the m.
  ///   - reversed: whether to list them from last to first, which flips the image.
  init(source: Int, scaled: Int, range: Range<Int>, reversed: Bool = false) {
    precondition(source > 0 && scaled > 0 && range.lowerBound >= 0 && range.upperBound <= scaled, "taps off the axis")
    let ratio = Double(source) / Double(scaled)
    let natural = source == scaled ? 1 : source < scaled ? 2 : Int(ratio.rounded(.up)) + 1
    length = min(natural, source)
    starts = []
    weights = [Float](repeating: 0, count: range.count * length)
    nearest = []
    starts.reserveCapacity(range.count)
    nearest.reserveCapacity(range.count)
    for position in 0..<range.count {
      let place = reversed ? range.upperBound - 1 - position : range.lowerBound + position
      nearest.append((2 * place + 1) * source / (2 * scaled))
      let base = position * length
      if source == scaled {
        starts.append(place)
        weights[base] = 1
      } else if source < scaled {
        let centre = max(0, (Double(place) + 0.5) * ratio - 0.5)
        let low = min(Int(centre), source - 1)
        let start = min(low, source - length)
        let share = low == start && length > 1 ? Float(centre - Double(low)) : 1
        starts.append(start)
        weights[base + length - 1] = share
        if length > 1 { weights[base] = 1 - share }
      } else {
        let from = Double(place) * ratio
        let to = Double(place + 1) * ratio
        let start = min(Int(from), source - length)
        starts.append(start)
        for tap in 0..<length {
          let overlap = min(to, Double(start + tap + 1)) - max(from, Double(start + tap))
          weights[base + tap] = Float(max(0, overlap) / ratio)
        }
      }
    }
  }
}
