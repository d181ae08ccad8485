/// Where a resized image and a batch's frame overlap, along one axis.
///
/// A larger image is cropped, a smaller one padded; `share` in 0...1 says where in the room there is: 0 at the start, 0.5
/// in the middle, towards 1 at the end.
struct Placement: Equatable {
  /// The part of the resized image that is seen.
  let source: Range<Int>
  /// Where it lands in the frame.
  let target: Range<Int>

  init(scaled: Int, frame: Int, share: Float) {
    let room = abs(scaled - frame)
    // The middle of an odd room rounds down; a share under 1 gives each of the room + 1 offsets the same probability.
    let offset = share == 0.5 ? room / 2 : min(room, Int(share * Float(room + 1)))
    if scaled >= frame {
      source = offset..<offset + frame
      target = 0..<frame
    } else {
      source = 0..<scaled
      target = offset..<offset + scaled
    }
  }
}
