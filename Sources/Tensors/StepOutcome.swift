/// What one step learns, by whatever it learns from: a number to watch and the gradient with respect to the logits,
/// from where the tape goes backward.
public struct StepOutcome {
  /// The loss; nil for rewards, or where nothing counts.
  public let loss: Double?
  /// The mean reward; nil for a loss, or where nothing counts.
  public let reward: Double?
  /// How many rewards were asked for: pixels or whole maps; none for a loss.
  public let queries: Int
  /// dL/dlogits, shaped as the logits.
  public let gradient: Tensor

  /// - Parameter loss: the mean over what counts; nil where nothing does.
  public init(loss: Double?, gradient: Tensor) {
    (self.loss, reward, queries, self.gradient) = (loss, nil, 0, gradient)
  }

  /// - Parameter reward: the mean over what counts; nil where nothing does.
  public init(reward: Double?, queries: Int, gradient: Tensor) {
    (loss, self.reward, self.queries, self.gradient) = (nil, reward, queries, gradient)
  }
}
