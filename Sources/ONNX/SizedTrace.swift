import Support
import Tensors

/// A network's operations, and how the sizes of its values follow from the images': two traces at different sizes.
struct SizedTrace {
  let trace: Trace
  private let other: Trace
  /// The images' heights and widths in the two.
  private let frames: (one: [Int], other: [Int])

  /// - Parameter multiple: images' heights and widths are multiples of it.
  /// - Throws: `InputError` where the function computes a value outside the tape, or other operations at another size.
  init(channels: Int, multiple: Int, _ function: (_ images: Variable, _ tape: Tape) -> Variable) throws {
    // From 32 pixels on, which hold the windows of any common layer; four lengths, so that no two axes look alike.
    let first = max(1, 32 / multiple)
    frames = ([first * multiple, (first + 1) * multiple], [(first + 2) * multiple, (first + 3) * multiple])
    trace = try Trace(ofImages: [1] + frames.one + [channels], function)
    other = try Trace(ofImages: [1] + frames.other + [channels], function)
    guard trace.output == other.output, trace.values.map(\.origin) == other.values.map(\.origin) else {
      throw networkError(
        "other operations for images of \(frames.other) than of \(frames.one) pixels",
        "the same operations whatever an image's size")
    }
  }

  /// Pixels of the images for one pixel of a value, down and across; nil where it isn't an image, or the images'
  /// heights and widths aren't the same whole multiples of its own at both sizes.
  func strides(of place: Int) -> [Int]? {
    guard let sizes = sizes(of: place) else { return nil }
    return wholeQuotient(frames, sizes)
  }

  /// The whole numbers by which a value is higher and wider than another at both sizes; nil where there are none.
  func factors(from input: Int, to output: Int) -> [Int]? {
    guard let small = sizes(of: input), let large = sizes(of: output) else { return nil }
    return wholeQuotient(large, small)
  }

  /// Whether a value is one pixel whatever the images' size.
  func isPixel(_ place: Int) -> Bool {
    guard let sizes = sizes(of: place) else { return false }
    return sizes.one == [1, 1] && sizes.other == [1, 1]
  }

  private func sizes(of place: Int) -> (one: [Int], other: [Int])? {
    let shapes = (trace.values[place].shape, other.values[place].shape)
    guard shapes.0.count == 4, shapes.1.count == 4 else { return nil }
    return (Array(shapes.0[1...2]), Array(shapes.1[1...2]))
  }

  private func wholeQuotient(
    _ large: (one: [Int], other: [Int]), _ small: (one: [Int], other: [Int])
  ) -> [Int]? {
    func quotient(_ a: [Int], _ b: [Int]) -> [Int]? {
      zip(a, b).allSatisfy { $1 > 0 && $0 % $1 == 0 } ? zip(a, b).map { $0 / $1 } : nil
    }
    guard let found = quotient(large.one, small.one), found == quotient(large.other, small.other) else { return nil }
    return found
  }
}

/// What can't be written down of a network, which is its author's to change.
func networkError(_ found: String, _ expected: String) -> InputError {
  InputError(
    "the network", found: found, expected: expected,
    advice: "Change the network, or export its weights alone: its checkpoint is a safetensors file.")
}
