import Datasets
import Tensors

/// What goes around a network in its graph, so that it takes an image as it is and gives what is of the image's size:
/// normalisation, zeros at the right and bottom up to what the network takes (as `EvaluationBatches`), and the cut back.
struct ImageFrame {
  static let names: Set<String> = ["image", "logits", "labels"]

  /// Normalised and padded images.
  let images: String
  /// A tensor with height and width of the padded images.
  let size: String
  /// A tensor with those of the images as they came.
  private let imageSize: String

  init(_ normalization: Normalization, multiple: Int, in builder: inout GraphBuilder) {
    let channels = normalization.mean.count
    let image = builder.input(
      .init(
        name: "image", type: .float32, shape: [.named("N"), .fixed(channels), .named("H"), .named("W")]))
    // The very steps of reading a file and of a batch, so that the very same numbers enter the network.
    let shape = [1, channels, 1, 1]
    let share = builder.add("Div", [image, builder.numbers([255], shape: [])], name: "share")
    let centred = builder.add("Sub", [share, builder.numbers(normalization.mean, shape: shape)], name: "centred")
    let gains = builder.numbers(normalization.standardDeviation.map { 1 / $0 }, shape: shape)
    let normalized = builder.add("Mul", [centred, gains], name: "normalized")

    imageSize = builder.add("Shape", [image], name: "image_size", [.init("start", .integer(2))])
    let whole = builder.integers([multiple])
    let raised = builder.add("Add", [imageSize, builder.integers([multiple - 1])], name: "raised_size")
    let parts = builder.add("Div", [raised, whole], name: "padded_parts")
    size = builder.add("Mul", [parts, whole], name: "padded_size")
    let added = builder.add("Sub", [size, imageSize], name: "padding")
    let pads = builder.add(
      "Concat", [builder.integers([0, 0, 0, 0, 0, 0]), added], name: "paddings", [.init("axis", .integer(0))])
    images = builder.add("Pad", [normalized, pads], name: "padded")
  }

  /// The outputs of a segmentation network: logits of the image's size, and the most probable class of each pixel, the
  /// lowest id where several are.
  func addMaps(of logits: String, classes: Int, in builder: inout GraphBuilder) {
    precondition((1...255).contains(classes), "a label is a byte, and 255 is void: not \(classes) classes")
    builder.output(
      .init(name: "logits", type: .float32, shape: [.named("N"), .fixed(classes), .named("H"), .named("W")]),
      "Slice", [logits, builder.integers([0, 0]), imageSize, builder.integers([2, 3])])
    let found = builder.add(
      "ArgMax", ["logits"], name: "most_probable", [.init("axis", .integer(1)), .init("keepdims", .integer(0))])
    builder.output(
      .init(name: "labels", type: .uint8, shape: [.named("N"), .named("H"), .named("W")]),
      "Cast", [found], [.init("to", .integer(Graph.ElementType.uint8.code))])
  }

  /// The output of a classifier.
  func addScores(of logits: String, classes: Int, in builder: inout GraphBuilder) {
    builder.output(
      .init(name: "logits", type: .float32, shape: [.named("N"), .fixed(classes)]), "Flatten", [logits])
  }
}
