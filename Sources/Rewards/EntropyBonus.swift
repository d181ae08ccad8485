import CKernels
import Ranks
import Tensors

extension StepOutcome {
  /// Adds an entropy bonus to the objective: L - beta mean over units of H(pi_u), H = -sum_k pi_k log pi_k, which keeps
  /// a policy open (Williams and Peng 1991).
  ///
  ///     d(-beta H_u / V)/dz_u,k = beta / V pi_u,k (log pi_u,k + H_u)
  ///
  /// - Parameters:
  ///   - weight: beta; 0 changes nothing.
  ///   - ranks: have the batch's other images, whose units count in V.
  func addingEntropyBonus(_ weight: Float, of sampled: ActionMaps, ranks: any Communicator) -> StepOutcome {
    guard weight > 0 else { return self }
    let valid = ranks.sum(sampled.void.count { $0 == 0 })
    guard valid > 0 else { return self }
    var gradient = gradient
    let (units, classes) = (sampled.units, sampled.classes)
    withPointers(writing: &gradient, reading: sampled.probabilities, sampled.void) { target, probabilities, void in
      parallelRanges(sampled.images * units, minimumPerThread: 1024) { range in
        let first = range.lowerBound
        rss_add_entropy_gradient(
          target + first * classes, probabilities + first * classes, void + first, range.count, Int32(classes),
          weight / Float(valid))
      }
    }
    return StepOutcome(reward: reward, queries: queries, gradient: gradient)
  }
}
