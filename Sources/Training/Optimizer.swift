import CKernels
import Foundation
import Support
import Tensors

/// AdamW or SGD with momentum over a network's parameters, with the gradient clipped by its global norm.
package final class Optimizer {
  /// Adam's first decay rate and epsilon: the values of Kingma and Ba 2015.
  static let beta1: Float = 0.9
  static let epsilon: Float = 1e-8
  /// Adam's second decay rate. The usual 0.999 remembers 1000 steps of squared gradients, twice as long as a run of
  /// fashion32: a policy's gradients shrink as it becomes certain, and a long memory of large ones keeps its steps
  /// small. 0.95 remembers 20. It was chosen on fashion32's tuning split at a rate of 5e-3, where it made little
  /// difference; mIoU with 0.95, then with 0.999: pixel-level reward 0.686 and 0.684 (seed 4), 0.672 and 0.641 (seed
  /// 5); image-level reward 0.664 and 0.671 (seed 1), 0.675 and 0.681 (seed 2).
  static let beta2: Float = 0.95

  /// Numbers a thread should have before a second one is woken.
  private static let grain = 1 << 14

  private let kind: Recipe.OptimizerKind
  private let weightDecay: Float
  private let momentum: Float
  private let clip: Float
  private let encoderRate: Float
  private let parameters: [Parameter]
  /// Of each parameter: Adam's mean of gradients, or SGD's velocity.
  private var first: [Tensor]
  /// Adam's mean of squared gradients; none for SGD.
  private var second: [Tensor]
  /// Steps taken. It is also the next step's number, since a step that can't be taken ends a run.
  package private(set) var steps = 0

  package init(_ recipe: Recipe, parameters: [Parameter]) {
    kind = recipe.optimizer
    weightDecay = recipe.weightDecay
    momentum = recipe.momentum
    clip = recipe.clip
    encoderRate = recipe.fineTuning?.encoderRate ?? 1
    self.parameters = parameters
    first = parameters.map { Tensor(zeros: $0.value.shape) }
    second = recipe.optimizer == .adamW ? first.map { Tensor(zeros: $0.shape) } : []
  }

  /// The global norm of the gradients: sqrt of the sum of squares over all parameters, in double.
  package var gradientNorm: Double {
    parameters.reduce(0.0) { sum, parameter in
      sum + (parameter.gradient.map { g in g.withScalars { rss_sum_of_squares($0, g.count) } } ?? 0)
    }.squareRoot()
  }

  /// One step from the gradients that the tape left, which it clears.
  ///
  /// - Returns: the global norm before clipping; where it isn't finite, nothing is changed.
  package func step(learningRate: Float) -> Double {
    let norm = gradientNorm
    defer { for parameter in parameters { parameter.clearGradient() } }
    guard norm.isFinite else { return norm }
    steps += 1
    // As PyTorch's clip_grad_norm_: shortened only where longer, with its 1e-6 against a division by zero.
    let scale = clip > 0 ? min(1, clip / (Float(norm) + 1e-6)) : 1
    let correction1 = 1 - Float(pow(Double(Self.beta1), Double(steps)))
    let correction2 = 1 - Float(pow(Double(Self.beta2), Double(steps)))
    for (i, parameter) in parameters.enumerated() {
      guard let gradient = parameter.gradient else { continue }
      let decay = parameter.decays ? weightDecay : 0
      let count = gradient.count
      let learningRate = parameter.name.hasPrefix(encoderPrefix) ? learningRate * encoderRate : learningRate
      parameter.update { value in
        switch kind {
        case .sgd:
          withPointers(writing: &first[i], reading: gradient) { first, gradient in
            parallelRanges(count, minimumPerThread: Self.grain) { range in
              let at = range.lowerBound
              rss_sgd(value + at, gradient + at, first + at, range.count, scale, learningRate, decay, momentum)
            }
          }
        case .adamW:
          withPointers(writing: &first[i], &second[i], reading: gradient) { first, second, gradient in
            parallelRanges(count, minimumPerThread: Self.grain) { range in
              let at = range.lowerBound
              rss_adamw(
                value + at, gradient + at, first + at, second + at, range.count, scale, learningRate, decay,
                Self.beta1, Self.beta2, Self.epsilon, correction1, correction2)
            }
          }
        }
      }
    }
    return norm
  }
}

extension Optimizer {
  /// What the next step depends on besides the gradients, by name: `optimizer.first.NAME`, and `optimizer.second.NAME`
  /// for AdamW.
  var state: [String: Tensor] {
    var state: [String: Tensor] = [:]
    for (parameter, moment) in zip(parameters, first) { state["optimizer.first.\(parameter.name)"] = moment }
    for (parameter, moment) in zip(parameters, second) { state["optimizer.second.\(parameter.name)"] = moment }
    return state
  }

  /// Goes on where another optimizer of the same kind over the same parameters was; nothing changes where a moment is
  /// missing or has another shape.
  ///
  /// - Throws: `InputError` that names `subject`, a file, and the moment.
  func restore(_ tensors: [String: Tensor], steps: Int, from subject: String) throws {
    func moments(_ order: String) throws -> [Tensor] {
      try parameters.map { parameter in
        let name = "optimizer.\(order).\(parameter.name)"
        let moment = tensors[name]
        guard let moment, moment.shape == parameter.value.shape else {
          throw InputError(
            subject, found: moment.map { "\(name) of shape \($0.shape)" } ?? "no tensor \(name)",
            expected: "one of shape \(parameter.value.shape)", advice: "It is of another network or optimizer.")
        }
        return moment
      }
    }
    let restored = (first: try moments("first"), second: kind == .adamW ? try moments("second") : [])
    (first, second, self.steps) = (restored.first, restored.second, steps)
  }
}
