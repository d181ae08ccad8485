import Tensors

/// How `Resize` finds what a pixel of its output is made from.
enum ResizingMode {
  /// in[floor(y / factor)]
  case nearest
  /// Bilinear; the pixels' centres are aligned.
  case centreAligned
  /// Bilinear; the corner pixels stay where they are.
  case cornerAligned

  fileprivate var attributes: [Graph.Attribute] {
    switch self {
    case .nearest:
      [
        .init("mode", .text("nearest")), .init("coordinate_transformation_mode", .text("asymmetric")),
        .init("nearest_mode", .text("floor")),
      ]
    case .centreAligned:
      [.init("mode", .text("linear")), .init("coordinate_transformation_mode", .text("half_pixel"))]
    case .cornerAligned:
      [.init("mode", .text("linear")), .init("coordinate_transformation_mode", .text("align_corners"))]
    }
  }
}

extension OperationNodes {
  /// By whole factors, which are written as such; one pixel becomes as large as the images ask for.
  mutating func resized(
    _ input: Int, to place: Int, _ operation: Operation, _ mode: ResizingMode
  ) throws -> String {
    guard let factors = network.factors(from: input, to: place) else {
      return try spread(input, to: place, operation)
    }
    if factors == [1, 1] { return names[input] }
    let scales = builder.numbers([1, 1] + factors.map { Float($0) }, shape: [4])
    return builder.add("Resize", [names[input], "", scales], mode.attributes)
  }

  /// One pixel as an image whose size follows the padded images'.
  mutating func spread(_ input: Int, to place: Int, _ operation: Operation) throws -> String {
    guard network.isPixel(input), let strides = network.strides(of: place) else {
      throw networkError(
        "\(operation.name) from \(shape(input)) to \(shape(place)), as of an image of \(shape(0))",
        "whole factors that are the same for every size, or one pixel that becomes an image")
    }
    let size = builder.add("Div", [frame, builder.integers(strides)])
    let target = builder.add("Concat", [builder.integers([1, 1]), size], [.init("axis", .integer(0))])
    return builder.add("Expand", [names[input], target])
  }
}
