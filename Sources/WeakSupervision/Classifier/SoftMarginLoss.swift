import Foundation
import Ranks
import Tensors

/// Multi-label soft-margin loss: the cross-entropy of one sigmoid for each class, averaged over images and classes,
///
///     L = 1/(N C) sum of softplus(z) - t z,    dL/dz = (sigmoid(z) - t) / (N C)
///
/// (t is 1 where the image shows the class, else 0; PyTorch's `multilabel_soft_margin_loss`).
///
/// - Parameters:
///   - logits: `[N, 1, 1, C]`.
///   - targets: N C times whether the image shows the class.
///   - ranks: have the batch's other images; N and the loss are of all.
/// - Returns: the loss and its gradient, shaped as the logits; a loss of nil and no gradient where N is 0.
public func softMarginLoss(logits: Tensor, targets: [Bool], ranks: any Communicator = .alone) -> StepOutcome {
  precondition(logits.count == targets.count, "a target for each logit: \(logits.shape), \(targets.count) targets")
  let count = ranks.sum(targets.count)
  let scale = count == 0 ? 0 : 1 / Double(count)
  var losses: [Double] = []
  let gradient = zip(logits.scalars, targets).map { logit, target -> Float in
    let z = Double(logit)
    // log(1 + e^z) without overflow.
    losses.append(max(z, 0) + log1p(exp(-abs(z))) - (target ? z : 0))
    return Float((1 / (1 + exp(-z)) - (target ? 1 : 0)) * scale)
  }
  let loss = ranks.gather(losses).reduce(0, +)
  return StepOutcome(loss: count == 0 ? nil : loss * scale, gradient: Tensor(gradient, shape: logits.shape))
}
