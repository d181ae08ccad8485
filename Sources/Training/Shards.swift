import Datasets
import Networks
import Ranks
import Support
import Tensors

/// How a batch is cut into parts that are computed apart: by ranks, and by the threads of each. What a run's numbers follow
/// from, as `run.json` keeps it and `--set` changes it; how many ranks and threads there are isn't.
///
/// Each shard is computed by one thread, and what shards have is put together in their order.
public struct Shards: Codable, Sendable, Equatable {
  /// What batch normalisation takes its statistics over in training.
  public enum Normalization: String, Codable, Sendable, CaseIterable {
    /// The whole batch, as without shards: PyTorch's SyncBatchNorm.
    case synchronised
    /// Each shard: nothing to wait for. Running statistics move towards the mean over shards.
    case perShard
    /// Nothing: the running statistics that came with the weights, which stay as they are.
    case frozen
  }

  /// Images of one.
  public var size: Int
  /// What batch normalisation takes its statistics over.
  public var normalization: Normalization
  /// How gradients are summed over ranks.
  public var reduction: Reduction

  /// Synchronised and ordered, where nothing else is said.
  public init(size: Int, normalization: Normalization = .synchronised, reduction: Reduction = .ordered) {
    (self.size, self.normalization, self.reduction) = (size, normalization, reduction)
  }

  /// What a batch is cut into where several ranks share it and no size is given: eighths.
  public init(ofBatch images: Int) { self.init(size: images % 8 == 0 ? images / 8 : 1) }

  /// - Throws: `InputError` that names the setting which can't be.
  func validate(_ recipe: Recipe) throws {
    try requireSetting(
      "shardSize", size >= 1 && size <= recipe.batchSize && recipe.batchSize % size == 0, found: "\(size)",
      expected: "a divisor of the batch size, \(recipe.batchSize): all shards have as many images")
    try requireSetting(
      "shardNormalization", normalization != .frozen || recipe.fineTuning?.weights != nil,
      found: normalization.rawValue, expected: "synchronised or perShard, or weights=… that bring statistics with them")
  }
}

extension Recipe {
  /// How many shards a batch has; nil where it isn't cut.
  var shardCount: Int? { shards.map { batchSize / $0.size } }

  /// The images of each batch that this rank has.
  ///
  /// - Throws: `InputError` where there are more ranks than shards, or several without any.
  package func share(among ranks: any Communicator) throws -> BatchShare {
    guard let shards, let count = shardCount else {
      try requireSetting(
        "shardSize", ranks.count == 1, found: "none", expected: "a size: \(ranks.count) ranks share a batch by shards")
      return .whole(batchSize)
    }
    try requireSetting(
      "shardSize", ranks.count <= count, found: "\(shards.size), which makes \(count) shards of a batch",
      expected: "at least a shard for each of the \(ranks.count) ranks: a smaller size, a larger batch or fewer ranks")
    let own = ranks.share(of: count)
    return BatchShare(own.lowerBound * shards.size..<own.upperBound * shards.size, of: ranks)
  }
}
