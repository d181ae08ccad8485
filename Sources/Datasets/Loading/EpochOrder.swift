import Randomness

/// The order in which each epoch visits a split: a fresh permutation per epoch, which depends on the seed and the epoch
/// alone.
struct EpochOrder {
  let seed: UInt64
  let count: Int

  /// The permutation of one epoch. Cost: O(count), some 20 ns an element.
  func permutation(epoch: Int) -> [Int] {
    var stream = RandomStream(seed: seed, purpose: .batches, step: UInt32(truncatingIfNeeded: epoch))
    var order = Array(0..<count)
    stream.shuffle(&order)
    return order
  }

  /// The samples of batch `step`: the places `step x batchSize ...` of all epochs' permutations, one after another. A
  /// batch may span the end of an epoch, and several when it's larger than the split; no sample is left out.
  func indices(step: Int, batchSize: Int) -> [Int] {
    let first = step * batchSize
    var epoch = first / count
    var order = permutation(epoch: epoch)
    return (first..<first + batchSize).map { place in
      if place / count != epoch {
        epoch = place / count
        order = permutation(epoch: epoch)
      }
      return order[place % count]
    }
  }
}
