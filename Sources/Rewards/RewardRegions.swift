/// The part of an image that one reward is about: the whole image, or each patch of a grid.
///
/// Between a reward for each pixel and one for the whole image lies one for each patch: a patch is scored as an image of
/// its own, and its reward reaches its own units only. The second reading of progressive scale rewards lets the patches
/// grow (paper/departures.md, reading 8).
struct RewardRegions: Sendable {
  /// Units side by side in memory that belong to one region.
  struct Segment: Sendable {
    var region: Int
    var units: Range<Int>
  }

  /// Of one image.
  let count: Int
  let segments: [Segment]

  /// - Parameter cells: patches along the shorter side; 1 is the whole image, `GridSchedule.pixels` one a unit. Patches at
  ///   the right and the lower edge may be smaller.
  init(cells: Int, height: Int, width: Int) {
    let shorter = min(height, width)
    if cells == 1 || shorter == 0 {
      (count, segments) = (1, [Segment(region: 0, units: 0..<height * width)])
      return
    }
    let side = cells == GridSchedule.pixels || cells >= shorter ? 1 : (shorter + cells - 1) / cells
    let columns = (width + side - 1) / side
    count = columns * ((height + side - 1) / side)
    segments = (0..<height).flatMap { y in
      (0..<columns).map { column in
        let first = y * width + column * side
        let length = min(side, width - column * side)
        return Segment(region: (y / side) * columns + column, units: first..<first + length)
      }
    }
  }
}
