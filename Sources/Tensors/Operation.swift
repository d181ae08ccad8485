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
  /// Of images, scale and shift, by the running statistics of that name, then min(ceiling, max(0, y)) where there is a
  /// ceiling.
  case batchNormalization(statistics: String, epsilon: Float, ceiling: Float?)
  /// Of images, to the result's height and width; pixel centres aligned.
  case bilinearResizing
  /// Of images of one size; their channels behind one another.
  case concatenation
  /// Of images, weight and, where there is one, bias.
  case convolution(ConvolutionGeometry)
  /// Of `[N, I]`, weight `[O, I]` and, where there is one, bias.
  case fullyConnected
  /// Of images, to a single pixel.
  case globalAveragePooling
  /// Of images; padding never wins.
  case maximumPooling(PoolingWindow)
  /// Of images, to the result's height and width: out[y] = in[floor(y H / H')].
  case nearestResizing
  /// Of anything: min(ceiling, max(0, x)).
  case relu(ceiling: Float)

  /// As a profile and an error call it.
  package var name: String {
    switch self {
    case .addition: "addition"
    case .averagePooling: "average pooling"
    case .batchNormalization: "normalization"
    case .bilinearResizing: "bilinear resizing"
    case .concatenation: "concatenation"
    case .convolution: "convolution"
    case .fullyConnected: "fully connected"
    case .globalAveragePooling: "global average pooling"
    case .maximumPooling: "max pooling"
    case .nearestResizing: "nearest resizing"
    case .relu(let ceiling): ceiling == 6 ? "relu6" : "relu"
    }
  }
}
