/// Places for labels that want to be at the heights given, moved so that no two are nearer than `gap` and all are within bounds
/// where there is room; their order is kept.
func spreadApart(_ wanted: [Double], gap: Double, within bounds: ClosedRange<Double>) -> [Double] {
  let order = wanted.indices.sorted { (wanted[$0], $0) < (wanted[$1], $1) }
  var places = order.map { min(max(wanted[$0], bounds.lowerBound), bounds.upperBound) }
  // Pushed down one after the other, then up from the lower bound: at most one of the two moves a label past its neighbour's place.
  for i in places.indices.dropFirst() { places[i] = max(places[i], places[i - 1] + gap) }
  if let last = places.last, last > bounds.upperBound {
    places[places.count - 1] = bounds.upperBound
    for i in places.indices.dropLast().reversed() { places[i] = min(places[i], places[i + 1] - gap) }
  }
  var result = wanted
  for (rank, index) in order.enumerated() { result[index] = places[rank] }
  return result
}
