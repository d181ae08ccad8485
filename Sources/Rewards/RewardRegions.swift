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
    count = Self.count(cells: cells, height: height, width: width)
    guard count > 1 else {
      segments = [Segment(region: 0, units: 0..<height * width)]
      return
    }
    let side = Self.side(cells: cells, height: height, width: width)
    let columns = (width + side - 1) / side
    segments = (0..<height).flatMap { y in
      (0..<columns).map { column in
        let first = y * width + column * side
        let length = min(side, width - column * side)
        return Segment(region: (y / side) * columns + column, units: first..<first + length)
      }
    }
  }

  /// How many regions an image has.
  static func count(cells: Int, height: Int, width: Int) -> Int {
    guard cells != 1, min(height, width) > 0 else { return 1 }
    let side = side(cells: cells, height: height, width: width)
    return ((height + side - 1) / side) * ((width + side - 1) / side)
  }

  /// Of a region, in units.
  private static func side(cells: Int, height: Int, width: Int) -> Int {
    let shorter = min(height, width)
    return cells == GridSchedule.pixels || cells >= shorter ? 1 : (shorter + cells - 1) / cells
  }
}
