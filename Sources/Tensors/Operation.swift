/// What an operation of a tape does with the values that it reads, besides those values themselves.
///
/// Every operation says which it is where its result joins the tape (`Tape.record`), for the profile and for a `Trace`.
/// So a new one begins with a case here, and whoever translates operations doesn't compile before it knows the case.
/// Next to each case are the values read, in their order. Images are `[N, H, W, C]`.
package enum Operation: Hashable, Sendable {
  /// Of two values of one shape.
  case addition
  /// Of images; the mean over the window's pixels inside the image.
  case averagePooling(PoolingWindow)
  /// Of images, scale, shift and, where there is one, a residual that is added before the activation; by the running
  /// statistics of that name.
  case batchNormalization(statistics: String, epsilon: Float, Activation)
  /// Of images, to the result's height and width; pixel centres aligned.
  case bilinearResizing
  /// Of images of one pixel, to the result's height and width.
  case broadcast
  /// Of images of one size; their channels behind one another.
  case concatenation
  /// Of images, weight and, where there is one, bias.
  case convolution(ConvolutionGeometry)
  /// Of images, to the result's height and width; bilinear, the corner pixels stay where they are.
  case cornerAlignedResizing
  /// Of `[N, I]`, weight `[O, I]` and, where there is one, bias.
  case fullyConnected
  /// Of anything: x Phi(x).
  case gelu
  /// Of images, to a single pixel.
  case globalAveragePooling
  /// Of images, scale and shift, then max(0, y); over the pixels of an image and the channels of a group.
  case groupNormalization(groups: Int, epsilon: Float)
  /// Of images, scale and shift; over each pixel's channels.
  case layerNormalization(epsilon: Float)
  /// Of images; padding never wins.
  case maximumPooling(PoolingWindow)
  /// Of images, to the result's height and width: out[y] = in[floor(y H / H')].
  case nearestResizing
  /// Of anything: min(ceiling, max(0, x)).
  case relu(ceiling: Float)
  /// Of images, a factor for each channel and a residual that is added.
  case scaling

  /// As a profile and an error call it.
  package var name: String {
    switch self {
    case .addition: "addition"
    case .averagePooling: "average pooling"
    case .batchNormalization: "normalization"
    case .bilinearResizing: "bilinear resizing"
    case .broadcast: "broadcast"
    case .concatenation: "concatenation"
    case .convolution: "convolution"
    case .cornerAlignedResizing: "corner-aligned resizing"
    case .fullyConnected: "fully connected"
    case .gelu: "gelu"
    case .globalAveragePooling: "global average pooling"
    case .groupNormalization: "group normalization"
    case .layerNormalization: "layer normalization"
    case .maximumPooling: "max pooling"
    case .nearestResizing: "nearest resizing"
    case .relu(let ceiling): ceiling == 6 ? "relu6" : "relu"
    case .scaling: "scaling"
    }
  }
}
