import Images
import Ranks

extension Communicator {
  /// Every rank's label maps, by the index of their images.
  func gather(_ maps: [Int: LabelMap]) -> [Int: LabelMap] {
    guard count > 1 else { return maps }
    let own = maps.sorted { $0.key < $1.key }
    let places = gather(own.flatMap { [$0.key, $0.value.width, $0.value.height] })
    let classes = gather(own.flatMap(\.value.classes))
    var all: [Int: LabelMap] = [:]
    var first = 0
    for i in stride(from: 0, to: places.count, by: 3) {
      let (width, height) = (places[i + 1], places[i + 2])
      all[places[i]] = LabelMap(
        width: width, height: height, classes: Array(classes[first..<first + width * height]))
      first += width * height
    }
    return all
  }
}
