import CKernels
import Ranks
import Tensors

/// Image-level RSS: the gradient of the policy where a whole map has one reward.
///
/// Naive:
///
///     A_m = SyncAN(R_m),   dL/dz_u,k = -1/(M V) sum_m A_m (1[a_m,u = k] - pi_u,k)
///
/// PSD over all pairs of maps of an image, with dR = R_m - R_n and D_u = 1 where a_m,u differs from a_n,u:
///
///     A_m,u = mean over n != m of dR D_u,  divided by the standard deviation of the dR over all pairs and units of the
///     batch with D_u = 1 (their mean is zero by symmetry)
///
/// Where two maps agree, +dR and -dR cancel in the gradient, so the sum over pairs with the mask D equals each map
/// against the mean of the others: A_m = R_m - mean of R_n over n != m at every unit. That is O(M) per unit instead of
/// O(M^2), and so is the deviation, from per-class counts and sums at each unit. `allPairsGradient` in the tests is the
/// pairwise oracle. Our reading: paper/departures.md, 2 to 4.
///
/// With exploration, each term is weighted by pi(a_m,u) over the probability that a_m,u was drawn with: the gradient of
/// each unit's policy while the other units explore (weights of whole maps would make it that of the policy alone, and
/// be useless at a thousand units). V is the number of
/// units with a label in the whole batch.
///
/// - Parameters:
///   - rewards: of the maps' images, or of their regions.
///   - ranks: have the batch's other images; V and every statistic are of all, in the order of images.
/// - Returns: the mean reward and dL/dlogits of the pixels, `[N, H, W, K]`; a batch whose rewards are all equal gives
///   zero.
/// - Complexity: O(N H W (K + M)), about 1 ns per action and core; `pairDivision` takes O(N H W M^2).
public func imagePolicyGradient(
  _ sampled: ActionMaps, rewards: ImageRewards, estimator: ImageEstimator, ranks: any Communicator = .alone
) -> StepOutcome {
  let regions = RewardRegions(cells: estimator.regions, height: sampled.height, width: sampled.width)
  precondition(
    rewards.images == sampled.images * regions.count && rewards.maps == sampled.maps, "one reward per map and region")
  precondition(estimator.advantage == .naive || sampled.maps >= 2, "a pair needs two maps")
  let totals = ranks.sum([sampled.void.count { $0 == 0 }, rewards.images * rewards.maps])
  let (valid, queries) = (totals[0], totals[1])
  // An image or region without any label has no reward: the 0 in its place is in no statistic.
  let counted = regions.counted(in: sampled)
  let inBatch = ranks.gather(counted.flatMap { rewards[$0] })
  let weights = MapWeights(sampled, rewards, estimator, regions, inBatch: inBatch)
  var gradient = Tensor(uninitialized: sampled.probabilities.shape)
  let moments = scatter(weights.values, of: sampled, regions, into: &gradient)
  let factors = weights.factors(moments, counted: counted, ranks: ranks).map { factor in
    valid > 0 ? Float(factor / (Double(sampled.maps) * Double(valid))) : 0
  }
  scale(&gradient, by: factors, of: sampled, regions)
  if let effects = weights.effects { add(effects, factors, to: &gradient, of: sampled, regions) }
  let reward = valid > 0 ? meanReward(inBatch) : nil
  let units = StepOutcome(reward: reward, queries: queries, gradient: gradient)
    .addingEntropyBonus(estimator.entropyBonus, of: sampled, ranks: ranks)
  return StepOutcome(reward: reward, queries: queries, gradient: sampled.perPixel(units.gradient))
}

/// -sum over maps of weight (1[a = k] - pi_k) at every unit, and what the masked pairs of each region come to.
private func scatter(
  _ weights: [Float], of sampled: ActionMaps, _ regions: RewardRegions, into gradient: inout Tensor
) -> [rss_pair_moments] {
  let (units, classes, maps) = (sampled.units, sampled.classes, sampled.maps)
  var moments = [rss_pair_moments](
    repeating: rss_pair_moments(squares: 0, pairs: 0), count: sampled.images * regions.count)
  withPointers(
    writing: &gradient, &moments, reading: sampled.probabilities, sampled.actions, sampled.void, weights
  ) { target, moments, probabilities, action, void, weight in
    parallelRanges(sampled.images) { range in
      for n in range {
        for segment in regions.segments {
          let (region, first) = (n * regions.count + segment.region, n * units + segment.units.lowerBound)
          let found = rss_scatter_weights(
            target + first * classes, probabilities + first * classes, action + first * maps, void + first,
            weight + region * maps, segment.units.count, Int32(classes), Int32(maps), sampled.exploration)
          moments[region].squares += found.squares
          moments[region].pairs += found.pairs
        }
      }
    }
  }
  return moments
}

private func scale(_ gradient: inout Tensor, by factors: [Float], of sampled: ActionMaps, _ regions: RewardRegions) {
  let (units, classes) = (sampled.units, sampled.classes)
  gradient.withMutableScalars { target in
    parallelRanges(sampled.images) { range in
      for n in range {
        for segment in regions.segments {
          rss_scale(
            target + (n * units + segment.units.lowerBound) * classes, factors[n * regions.count + segment.region],
            segment.units.count * classes)
        }
      }
    }
  }
}

/// The expected gradient of the part of the rewards that the effects explain.
private func add(
  _ effects: [[Float]], _ factors: [Float], to gradient: inout Tensor, of sampled: ActionMaps,
  _ regions: RewardRegions
) {
  let (units, classes) = (sampled.units, sampled.classes)
  withPointers(writing: &gradient, reading: sampled.probabilities, sampled.void) { target, probabilities, void in
    parallelRanges(sampled.images) { range in
      for n in range {
        for segment in regions.segments {
          let (region, first) = (n * regions.count + segment.region, n * units + segment.units.lowerBound)
          rss_add_effects(
            target + first * classes, probabilities + first * classes, void + first, effects[region],
            segment.units.count, Int32(classes), factors[region] * Float(sampled.maps))
        }
      }
    }
  }
}

extension RewardRegions {
  /// The regions of a batch with at least one label, in their order.
  fileprivate func counted(in sampled: ActionMaps) -> [Int] {
    (0..<sampled.images).flatMap { n -> [Int] in
      var found = [Bool](repeating: false, count: count)
      for segment in segments where !found[segment.region] {
        found[segment.region] = sampled.void[
          n * sampled.units + segment.units.lowerBound..<n * sampled.units + segment.units.upperBound
        ].contains(0)
      }
      return found.indices.filter { found[$0] }.map { n * count + $0 }
    }
  }
}
