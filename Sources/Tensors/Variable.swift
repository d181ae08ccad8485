import CKernels

/// A tensor on the tape: its value, and the place where its gradient gathers while the tape runs backward.
///
/// The value and the gradient's place are separate on purpose: what an operation saves for its backward pass decides
/// how long a value's memory lives, and most operations need only one of the two.
public struct Variable {
  /// The tensor.
  public let value: Tensor
  let slot: GradientSlot?
  /// Which value of a `Trace` this is; nil on a tape that doesn't trace.
  let place: Int?

  /// A variable that needs no gradient: an input.
  public init(_ value: Tensor) {
    self.init(value, slot: nil)
  }

  init(_ value: Tensor, slot: GradientSlot? = nil, place: Int? = nil) {
    (self.value, self.slot, self.place) = (value, slot, place)
  }

  /// Of the value.
  public var shape: [Int] { value.shape }
  var needsGradient: Bool { slot != nil }

  /// The gradient, once the tape has run backward; nil where nothing depended on this variable.
  public var gradient: Tensor? { slot?.gradient }
}

/// Where a gradient gathers; several users of one variable add up.
final class GradientSlot {
  private(set) var gradient: Tensor?

  /// Adds a contribution; the first one is taken over without a copy.
  func accumulate(_ contribution: consuming Tensor) {
    guard var sum = take() else {
      gradient = contribution
      return
    }
    precondition(sum.shape == contribution.shape, "a gradient has its variable's shape")
    let added = copy contribution
    sum.withMutableScalars { target in
      parallelRanges(added.count, minimumPerThread: elementwiseGrain) {
        rss_add(target + $0.lowerBound, added.address + $0.lowerBound, $0.count)
      }
    }
    gradient = sum
  }

  /// Hands the gradient out and forgets it.
  func take() -> Tensor? {
    defer { gradient = nil }
    return gradient
  }
}

/// Scalars a thread should have before a second one is woken: at 10 GB/s and 12 bytes a scalar, about 20 µs of work.
let elementwiseGrain = 16_384

/// A trained tensor: a named value that lives through all steps.
public final class Parameter {
  /// As in the checkpoint: `encoder.0.convolution.weight`.
  public let name: String
  /// The tensor.
  public package(set) var value: Tensor
  /// Whether weight decay applies: to weights of convolutions and fully connected layers, not to biases and scales.
  public let decays: Bool
  /// Whether it gets a gradient, and so changes in training. A frozen one costs no backward pass.
  package var isTrained = true
  let slot = GradientSlot()

  /// A value without a gradient yet.
  public init(name: String, value: Tensor, decays: Bool) {
    self.name = name
    self.value = value
    self.decays = decays
  }

  /// What the tape has gathered since it was cleared; nil before that.
  public var gradient: Tensor? { slot.gradient }
  /// Forgets the gradient.
  public func clearGradient() { _ = slot.take() }

  /// Changes the value in place.
  package func update(_ body: (UnsafeMutablePointer<Float>) -> Void) { value.withMutableScalars(body) }
}

extension Parameter {
  /// Takes another value of the same shape: from a checkpoint.
  public func replace(with tensor: Tensor) {
    precondition(tensor.shape == value.shape, "a parameter keeps its shape")
    value = tensor
  }
}
