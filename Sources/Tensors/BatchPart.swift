import Ranks

/// What the tapes of a batch's shards have to do with one another: statistics of the whole batch, and the sums of the
/// gradients.
///
/// Where it is said what a method waits for, all shards of this process call it, each in a lane, in the same order.
package final class BatchPart {
  /// Shards of the whole batch that this process has.
  let shards: Range<Int>
  /// Whether batch normalisation takes its statistics over the whole batch; else each shard has its own.
  let synchronises: Bool
  private let ranks: any Communicator
  private let sums: GradientSums
  /// What each of this process's shards brings to a meeting, and what all shards of the batch brought.
  private var brought: [[Double]]
  private var all: [[Double]] = []
  /// How many shards each rank has.
  private let shares: [Int]

  /// - Parameters:
  ///   - shards: of the whole batch.
  ///   - synchronises: whether batch normalisation is over it.
  package init(shards count: Int, synchronises: Bool, sums: GradientSums, ranks: any Communicator) {
    let shards = ranks.share(of: count)
    self.shards = shards
    shares = (0..<ranks.count).map { ranks.share(of: count, rank: $0).count }
    (self.synchronises, self.sums, self.ranks) = (synchronises, sums, ranks)
    brought = [[Double]](repeating: [], count: shards.count)
  }

  /// Everyone's numbers, in the order of the batch's shards. Waits for all shards.
  func exchange(_ numbers: [Double], shard: Int) -> [[Double]] {
    // Each writes its own place, and nobody reads before all have: the meeting sees to it.
    brought.withUnsafeMutableBufferPointer { $0[shard - shards.lowerBound] = numbers }
    Lanes.meet {
      let size = numbers.count
      let flat = ranks.gather(Array(brought.joined()), counts: shares.map { $0 * size })
      all = stride(from: 0, to: flat.count, by: max(1, size)).map { Array(flat[$0..<$0 + size]) }
    }
    return all
  }

  /// Takes one shard's gradient of a parameter; nil is none.
  func add(_ gradient: Tensor?, of parameter: Parameter, shard: Int) { sums.add(gradient, of: parameter, shard: shard) }
}
