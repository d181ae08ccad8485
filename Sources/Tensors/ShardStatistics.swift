extension Tape {
  /// What the batch normalisations of a shard with statistics of its own have seen, one after the other: means, and unbiased
  /// variances behind them. A shard of one sample has no unbiased variance and gives the biased one.
  package func seenStatistics() -> Tensor {
    let means = observedStatistics.flatMap { $0.moments.mean.scalars }
    let variances = observedStatistics.flatMap { seen in
      let factor = seen.moments.samples > 1 ? seen.moments.unbiasedFactor : 1
      return seen.moments.variance.scalars.map { factor * $0 }
    }
    return Tensor(means + variances, shape: [means.count + variances.count])
  }

  /// Moves the running statistics towards the mean over shards.
  ///
  /// - Parameter sum: of all shards' `seenStatistics`.
  package func moveStatistics(towardsMeanOf sum: Tensor, shards: Int) {
    let scalars = sum.scalars
    var place = 0
    for seen in observedStatistics {
      let channels = seen.moments.mean.count
      func mean(from first: Int) -> Tensor {
        Tensor(scalars[first..<first + channels].map { $0 / Float(shards) }, shape: [channels])
      }
      seen.statistics.move(
        mean: mean(from: place), variance: mean(from: scalars.count / 2 + place), momentum: seen.momentum)
      place += channels
    }
    observedStatistics = []
  }
}
