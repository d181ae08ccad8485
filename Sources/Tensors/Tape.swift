/// Remembers the operations of one forward pass, to run their backward passes in reverse order.
///
/// Each operation is a method in its own file under `Operations/`. A tape is used once: forward, then `backward`. What
/// an operation saved is released as soon as its backward pass is done, so the memory is free for the next one.
public final class Tape {
  private var backwards: [(operation: Operation, run: () -> Void)] = []
  /// Whether operations are remembered. An evaluation doesn't record, and its memory is released at once.
  public let isRecording: Bool
  private let profile: Profile?
  private let notes: TraceNotes?
  /// Of the batch normalisations that the forward pass went through; `moveStatistics` takes them.
  var observedStatistics: [ObservedStatistics] = []

  /// - Parameter recording: whether gradients will be asked for.
  public convenience init(recording: Bool = true) { self.init(recording: recording, profile: nil) }

  /// - Parameter profile: notes what takes how long.
  package init(recording: Bool = true, profile: Profile?) {
    isRecording = recording
    self.profile = profile
    notes = nil
  }

  /// One that doesn't record, and notes what it computes.
  init(tracing notes: TraceNotes) {
    isRecording = false
    profile = nil
    self.notes = notes
  }

  /// A parameter as a variable of this tape.
  public func variable(_ parameter: Parameter) -> Variable {
    notes?.note(parameter)
      ?? Variable(parameter.value, slot: isRecording && parameter.isTrained ? parameter.slot : nil)
  }

  /// A variable that gathers a gradient and isn't a parameter: what a test or a saliency method differentiates by.
  public func variable(differentiable value: Tensor) -> Variable {
    Variable(value, slot: isRecording ? GradientSlot() : nil)
  }

  /// The result of `operation` on `inputs`, by which every operation puts it on the tape; `backward` gets its gradient,
  /// which it may overwrite, and passes it on. It isn't remembered where no input needs a gradient, and isn't run where
  /// nothing depended on the result.
  func record(
    _ operation: Operation, _ value: Tensor, from inputs: [Variable], backward: @escaping (inout Tensor) -> Void
  ) -> Variable {
    guard isRecording, inputs.contains(where: \.needsGradient) else {
      return notes?.note(operation, value, from: inputs) ?? Variable(value)
    }
    let slot = GradientSlot()
    backwards.append(
      (
        operation,
        {
          if var gradient = slot.take() { backward(&gradient) }
        }
      ))
    return Variable(value, slot: slot)
  }

  /// Runs everything backward from `output`, whose gradient is given; afterwards the parameters have theirs.
  public func backward(from output: Variable, gradient: Tensor) {
    precondition(gradient.shape == output.shape, "a gradient has its variable's shape")
    guard let slot = output.slot else { return }
    slot.accumulate(gradient)
    while let (operation, run) = backwards.popLast() {
      measured(operation, .backward, run)
    }
  }

  func measured<Result>(_ operation: Operation, _ pass: Profile.Pass = .forward, _ body: () -> Result) -> Result {
    guard let profile else { return body() }
    return profile.measure(operation.name, pass, body)
  }
}
