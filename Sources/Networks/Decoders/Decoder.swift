import Tensors

/// The half of a network that turns an encoder's features into logits of the image's size.
protocol Decoder {
  /// - Parameters:
  ///   - features: one for each level of the encoder.
  ///   - height: of the image, and so of the logits.
  /// - Returns: `[N, height, width, classes]`.
  func callAsFunction(_ features: [Variable?], height: Int, width: Int, on tape: Tape) -> Variable

  /// Its last layer.
  var head: ConvolutionLayer { get }
}

extension Decoder {
  func required(_ feature: Variable?) -> Variable {
    guard let feature else { preconditionFailure("this decoder needs a level that the encoder hasn't got") }
    return feature
  }
}
