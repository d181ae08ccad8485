import CKernels
import Ranks

/// Gradients of some parameters that are sent together.
///
/// `ordered`: each rank owns a slice of the bucket, gets from every other rank what that has summed of it, adds in the order
/// of the tree, and sends the sum to all. Twice the bucket's size goes out of and into each rank, whatever their number,
/// where each has one node of the tree.
final class GradientBucket {
  private enum Phase { case gathering, sending, returning, done }

  private let number: Int
  private let places: [Int]
  private let sizes: [Int]
  private let tree: ShardTree
  private let ranks: any Communicator
  private let reduction: Reduction
  /// Of each rank, the nodes that it sums.
  private let nodes: [[ShardTree.Node]]
  /// What this rank has summed, by parameter.
  private var sums: [Int: [ShardTree.Node: Tensor?]] = [:]
  private var phase = Phase.gathering
  private var messages: [Message] = []
  /// This rank's nodes, one after the other: `[nodes, scalars]`.
  private var outgoing = Tensor(zeros: [0])
  /// Other ranks' nodes of the own slice, in the order of ranks.
  private var incoming = Tensor(zeros: [0])
  private var result = Tensor(zeros: [0])

  init(
    _ number: Int, places: [Int], sizes: [Int], tree: ShardTree, ranks: any Communicator, reduction: Reduction
  ) {
    (self.number, self.places, self.sizes, self.tree) = (number, places, sizes, tree)
    (self.ranks, self.reduction) = (ranks, reduction)
    nodes = (0..<ranks.count).map { tree.blocks(of: ranks.share(of: tree.shards, rank: $0)) }
  }

  private var count: Int { sizes.reduce(0, +) }
  private var own: [ShardTree.Node] { nodes[ranks.rank] }

  var isDone: Bool { phase == .done }
  var hasBegun: Bool { phase != .gathering }

  /// Takes this rank's sums of a parameter's gradient.
  func put(_ sums: [ShardTree.Node: Tensor?], at place: Int) { self.sums[place] = sums }

  /// Sends what is there and takes what has come. Doesn't wait.
  func progress() {
    if phase == .gathering {
      guard sums.count == places.count else { return }
      begin()
    }
    while let last = messages.indices.last {
      guard ranks.isDone(&messages[last]) else { return }
      messages.removeLast()
    }
    switch phase {
    case .sending where reduction == .ordered:
      giveBack()
      progress()
    case .sending, .returning: phase = .done
    case .gathering, .done: break
    }
  }

  /// Hands out the sums of all shards; the bucket is then empty for the next step.
  ///
  /// - Parameter shapes: of all parameters.
  func takeSums(like shapes: [[Int]]) -> [(place: Int, sum: Tensor?)] {
    defer { (phase, sums, outgoing, incoming) = (.gathering, [:], Tensor(zeros: [0]), Tensor(zeros: [0])) }
    if ranks.count == 1 { return places.map { ($0, sums[$0]?[tree.root] ?? nil) } }
    var offset = 0
    return zip(places, sizes).map { place, size in
      defer { offset += size }
      guard sums[place]?.values.contains(where: { $0 != nil }) == true else { return (place, nil) }
      var sum = Tensor(uninitialized: shapes[place])
      withPointers(writing: &sum, reading: result) { $0.update(from: $1 + offset, count: size) }
      return (place, sum)
    }
  }

  private func begin() {
    guard ranks.count > 1 else {
      phase = .done
      return
    }
    phase = .sending
    let count = count
    outgoing = Tensor(uninitialized: [max(1, own.count), count])
    for (block, node) in own.enumerated() { fill(block, with: node) }
    if reduction == .fast {
      for block in own.indices.dropFirst() { rss_add(outgoing.address, outgoing.address + block * count, count) }
      if own.isEmpty { outgoing.address.update(repeating: 0, count: count) }
      result = outgoing
      messages = [ranks.add(UnsafeMutableBufferPointer(start: result.address, count: count))]
      return
    }
    let slice = slice(of: ranks.rank)
    let others = (0..<ranks.count).filter { $0 != ranks.rank }
    incoming = Tensor(uninitialized: [others.reduce(0) { $0 + nodes[$1].count }, slice.count])
    var place = incoming.address
    for other in others {
      for block in nodes[other].indices {
        messages.append(ranks.receive(bytes(place, slice.count), from: other, tag: tag(block)))
        place += slice.count
      }
    }
    for other in others {
      let slice = self.slice(of: other)
      for block in own.indices {
        let source = outgoing.address + block * count + slice.lowerBound
        messages.append(ranks.send(UnsafeRawBufferPointer(bytes(source, slice.count)), to: other, tag: tag(block)))
      }
    }
  }

  /// Sums the own slice and sends it to all.
  private func giveBack() {
    phase = .returning
    let (count, slice) = (count, slice(of: ranks.rank))
    var summands: [ShardTree.Node: UnsafeMutablePointer<Float>] = [:]
    for (block, node) in own.enumerated() { summands[node] = outgoing.address + block * count + slice.lowerBound }
    var place = incoming.address
    for other in 0..<ranks.count where other != ranks.rank {
      for node in nodes[other] {
        summands[node] = place
        place += slice.count
      }
    }
    result = Tensor(uninitialized: [count])
    let sum = tree.sum({ summands[$0] }) { a, b in
      rss_add(a, b, slice.count)
      return a
    }
    guard let sum else { preconditionFailure("a batch has a shard") }
    (result.address + slice.lowerBound).update(from: sum, count: slice.count)
    for other in 0..<ranks.count where other != ranks.rank {
      let theirs = self.slice(of: other)
      messages.append(
        ranks.receive(bytes(result.address + theirs.lowerBound, theirs.count), from: other, tag: tag(nil)))
      messages.append(
        ranks.send(
          UnsafeRawBufferPointer(bytes(result.address + slice.lowerBound, slice.count)), to: other, tag: tag(nil)))
    }
  }

  /// Copies the gradients of one node behind one another; zeros where nothing depended on a parameter.
  private func fill(_ block: Int, with node: ShardTree.Node) {
    var target = outgoing.address + block * count
    for (place, size) in zip(places, sizes) {
      if let sum = sums[place]?[node] ?? nil {
        sum.withScalars { target.update(from: $0, count: size) }
      } else {
        target.update(repeating: 0, count: size)
      }
      target += size
    }
  }

  private func slice(of rank: Int) -> Range<Int> { ranks.share(of: count, rank: rank) }

  /// Of a bucket's node on its way to the owner of a slice, or of a sum on its way back.
  private func tag(_ block: Int?) -> Int { number * 64 + (block.map { $0 + 1 } ?? 0) }

  private func bytes(_ address: UnsafeMutablePointer<Float>, _ count: Int) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: address, count: count * MemoryLayout<Float>.stride)
  }
}
