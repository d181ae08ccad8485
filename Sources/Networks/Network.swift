import Tensors

/// What the training loop needs of a network: images in, logits out, and everything that a checkpoint keeps.
public protocol Network: AnyObject {
  /// `[N, H, W, channels]` -> logits `[N, H, W, classes]`, or `[N, 1, 1, classes]` of a classifier. H and W are multiples of `sizeMultiple`.
  func logits(_ images: Variable, on tape: Tape) -> Variable
  /// In the order of the checkpoint's names; the optimizer's state follows it.
  var parameters: [Parameter] { get }
  var statistics: [NormalizationStatistics] { get }
  /// Height and width of an image must be multiples of this.
  var sizeMultiple: Int { get }
}

extension Network {
  /// Trained numbers.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.value.count } }
}
