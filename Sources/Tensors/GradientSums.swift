import CKernels
import Ranks
import Support

/// How gradients are summed over ranks.
public enum Reduction: String, Codable, Sendable, CaseIterable {
  /// In an order that follows from the shards alone: the same bits for any number of ranks.
  case ordered
  /// As the ranks' library likes it best.
  case fast
}

/// The sums of a batch's gradients over its shards, wherever they are computed.
///
/// A shard's gradients come while its tape runs backward; what is whole is summed at once and sent while the rest is still
/// computed, some parameters at a time. One of these serves all steps of a training.
package final class GradientSums {
  private let tree: ShardTree
  private let own: Range<Int>
  private let ranks: any Communicator
  private let parameters: [Parameter]
  private let places: [ObjectIdentifier: Int]
  private let buckets: [GradientBucket]
  /// Of each parameter, the bucket's number.
  private let bucketOf: [Int]
  /// The nodes of the tree that this rank sums.
  private let ownBlocks: [ShardTree.Node]
  /// Of each parameter, sums of shards that wait for others.
  private var parts: [[ShardTree.Node: Tensor?]]
  /// Of each parameter, the largest nodes that this rank can sum.
  private var blocks: [[ShardTree.Node: Tensor?]]
  /// Of each parameter, whether this rank has summed all it can.
  private var isSettled: [Bool]
  private let lock = Lock()

  /// Scalars that are sent together, at least: 1 MB. A message of less waits for its way longer than it takes.
  static let bucketSize = 1 << 18

  /// - Parameters:
  ///   - parameters: that get gradients, all of the same ones on each rank.
  ///   - shards: of the whole batch; this rank's are `ranks.share(of:)`.
  package init(of parameters: [Parameter], shards: Int, ranks: any Communicator, reduction: Reduction) {
    (self.parameters, self.ranks) = (parameters, ranks)
    tree = ShardTree(shards: shards)
    own = ranks.share(of: shards)
    ownBlocks = tree.blocks(of: own)
    places = Dictionary(uniqueKeysWithValues: parameters.enumerated().map { (ObjectIdentifier($1), $0) })
    parts = [[ShardTree.Node: Tensor?]](repeating: [:], count: parameters.count)
    blocks = parts
    isSettled = parameters.map { _ in false }
    // The last parameters have their gradients first.
    var groups: [[Int]] = []
    var size = Self.bucketSize
    for (place, parameter) in parameters.enumerated().reversed() {
      if size >= Self.bucketSize { (groups, size) = (groups + [[]], 0) }
      groups[groups.count - 1].append(place)
      size += parameter.value.count
    }
    var bucketOf = [Int](repeating: 0, count: parameters.count)
    for (number, places) in groups.enumerated() { for place in places { bucketOf[place] = number } }
    self.bucketOf = bucketOf
    buckets = groups.enumerated().map { number, places in
      GradientBucket(
        number, places: places, sizes: places.map { parameters[$0].value.count }, tree: ShardTree(shards: shards),
        ranks: ranks, reduction: reduction)
    }
  }

  /// Takes one shard's gradient; nil where nothing depended on the parameter. Any number of lanes at a time.
  package func add(_ gradient: Tensor?, of parameter: Parameter, shard: Int) {
    guard let place = places[ObjectIdentifier(parameter)] else {
      preconditionFailure("\(parameter.name) isn't among those that get gradients")
    }
    var node = ShardTree.Node(level: 0, index: shard)
    var sum = gradient
    while tree.goesOn(from: node, within: own) {
      if !tree.range(of: node.sibling).isEmpty {
        let waiting = lock { () -> Tensor?? in
          if let waiting = parts[place].removeValue(forKey: node.sibling) { return waiting }
          parts[place][node] = .some(sum)
          return nil
        }
        guard let waiting else { return progress() }
        sum = added(sum, waiting)
      }
      node = node.parent
    }
    lock { settle(place, node, sum) }
    progress()
  }

  /// Waits until everyone's gradients are summed, and gives the parameters theirs.
  package func finish() {
    lock {
      // What no shard's result depends on has come from none.
      for place in parameters.indices where !isSettled[place] {
        precondition(blocks[place].isEmpty && parts[place].isEmpty, "every shard's tape has run backward")
        for node in ownBlocks { settle(place, node, nil) }
      }
    }
    var patience = Patience()
    while !buckets.allSatisfy(\.isDone) {
      progress()
      patience.pause()
    }
    for bucket in buckets {
      for (place, sum) in bucket.takeSums(like: parameters.map(\.value.shape)) {
        if let sum { parameters[place].slot.accumulate(sum) }
      }
    }
    isSettled = parameters.map { _ in false }
  }

  /// Forgets what came from a step that didn't come to its end.
  package func discard() {
    for place in parameters.indices { (parts[place], blocks[place], isSettled[place]) = ([:], [:], false) }
  }

  /// Holding the lock.
  private func settle(_ place: Int, _ node: ShardTree.Node, _ sum: Tensor?) {
    blocks[place][node] = .some(sum)
    guard blocks[place].count == ownBlocks.count else { return }
    buckets[bucketOf[place]].put(blocks[place], at: place)
    (blocks[place], isSettled[place]) = ([:], true)
  }

  /// Lets messages come and go; nobody waits for one who does so already.
  private func progress() {
    lock.ifFree {
      // A library's own sum wants all ranks to begin in the same order.
      for bucket in buckets {
        bucket.progress()
        guard bucket.hasBegun else { break }
      }
    }
  }

  private func added(_ a: Tensor?, _ b: Tensor?) -> Tensor? {
    guard var sum = a else { return b }
    guard let b else { return sum }
    let count = sum.count
    withPointers(writing: &sum, reading: b) { rss_add($0, $1, count) }
    return sum
  }
}
