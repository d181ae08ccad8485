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
  /// What this tape shares with those of the batch's other shards, and which shard it is; nil has the whole batch.
  let part: (batch: BatchPart, shard: Int)?
  /// Of a shard's tape: parameters in the order of their first use, where their gradients gather, and how many operations
  /// were remembered before.
  private var uses: [(parameter: Parameter, slot: GradientSlot, from: Int)] = []
  private var slots: [ObjectIdentifier: GradientSlot] = [:]
  /// Of the batch normalisations that the forward pass went through; `moveStatistics` takes them.
  var observedStatistics: [ObservedStatistics] = []

  /// - Parameter recording: whether gradients will be asked for.
  public convenience init(recording: Bool = true) { self.init(recording: recording, profile: nil) }

  /// - Parameter profile: notes what takes how long.
  package init(recording: Bool = true, profile: Profile?) {
    isRecording = recording
    self.profile = profile
    (notes, part) = (nil, nil)
  }

  /// One that records a shard of a batch.
  package init(shard: Int, of batch: BatchPart) {
    isRecording = true
    (profile, notes) = (nil, nil)
    part = (batch, shard)
  }

  /// One that doesn't record, and notes what it computes.
  init(tracing notes: TraceNotes) {
    isRecording = false
    (profile, part) = (nil, nil)
    self.notes = notes
  }

  /// A parameter as a variable of this tape.
  public func variable(_ parameter: Parameter) -> Variable {
    notes?.note(parameter)
      ?? Variable(parameter.value, slot: isRecording && parameter.isTrained ? slot(of: parameter) : nil)
  }

  /// The parameter's own, or this shard's.
  private func slot(of parameter: Parameter) -> GradientSlot {
    guard part != nil else { return parameter.slot }
    if let slot = slots[ObjectIdentifier(parameter)] { return slot }
    let slot = GradientSlot()
    slots[ObjectIdentifier(parameter)] = slot
    uses.append((parameter, slot, backwards.count))
    return slot
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

  /// Runs everything backward from `output`, whose gradient is given; afterwards the parameters have theirs. A shard's tape
  /// gives each to its batch as soon as it is whole.
  public func backward(from output: Variable, gradient: Tensor) {
    precondition(gradient.shape == output.shape, "a gradient has its variable's shape")
    guard let slot = output.slot else { return }
    slot.accumulate(gradient)
    while let (operation, run) = backwards.popLast() {
      measured(operation, .backward, run)
      handOver()
    }
  }

  /// Gives the batch the gradients to which nothing is added any more.
  private func handOver() {
    guard let part else { return }
    while let last = uses.last, last.from >= backwards.count {
      part.batch.add(last.slot.take(), of: last.parameter, shard: part.shard)
      uses.removeLast()
    }
  }

  func measured<Result>(_ operation: Operation, _ pass: Profile.Pass = .forward, _ body: () -> Result) -> Result {
    guard let profile else { return body() }
    return profile.measure(operation.name, pass, body)
  }
}
