import Networks
import Support
import Tensors

/// All that a run carries from one step into the next: a loop of the same recipe, data and seed that takes it over
/// goes on to the same bits.
///
/// There is no generator's state in it, since every random number is a function of (seed, purpose, step, index).
public struct TrainingState {
  /// Steps done; the next one has this number, counted from 0.
  public var steps: Int
  /// Parameters and running statistics under the checkpoint's names, the optimizer's moments under `optimizer.`.
  public var tensors: [String: Tensor]

  /// Of these parts.
  public init(steps: Int, tensors: [String: Tensor]) { (self.steps, self.tensors) = (steps, tensors) }
}

extension TrainingLoop {
  /// The state between two steps. Copies nothing until the next step writes.
  public var state: TrainingState {
    TrainingState(steps: optimizer.steps, tensors: network.state.merging(optimizer.state) { network, _ in network })
  }

  /// Takes over a state, so that `run` goes on after its last step.
  ///
  /// - Parameters:
  ///   - subject: the file it comes from, for the error.
  ///   - orFinished: whether the state after the last step is one, too; `run` then has nothing to do.
  /// - Throws: `InputError` that names the file and the tensor: missing, or of another shape; or a number of steps that
  ///   the recipe doesn't have. Such a loop is of no more use.
  public func restore(_ state: TrainingState, from subject: String, orFinished: Bool = false) throws {
    let last = orFinished ? recipe.steps : recipe.steps - 1
    guard state.steps >= 1, state.steps <= last else {
      throw InputError(
        subject, found: "the state after \(state.steps) steps", expected: "1 to \(last) steps",
        advice: "It is of another run.")
    }
    try optimizer.restore(state.tensors, steps: state.steps, from: subject)
    try network.load(state.tensors, from: subject)
  }
}
