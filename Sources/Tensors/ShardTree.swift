/// The order in which what the shards of a batch have is summed: a binary tree over their numbers.
///
///     sum(level, i) = sum(level - 1, 2i) + sum(level - 1, 2i + 1),   sum(0, i) = shard i's
///
/// Nodes whose shards all belong to one rank are summed there, the others by whom they were sent to: the same additions
/// whoever has which shards, so the same bits; and few numbers to send, since a rank with neighbouring shards has few such
/// nodes.
struct ShardTree {
  /// The shards `index << level` up to the next node's, as far as there are so many.
  struct Node: Hashable {
    var level: Int
    var index: Int

    var parent: Node { Node(level: level + 1, index: index >> 1) }
    var sibling: Node { Node(level: level, index: index ^ 1) }
  }

  /// Of the batch.
  let shards: Int

  /// The node of all shards.
  var root: Node {
    var node = Node(level: 0, index: 0)
    while 1 << node.level < shards { node = node.parent }
    return node
  }

  /// The shards of a node.
  func range(of node: Node) -> Range<Int> {
    let first = min(shards, node.index << node.level)
    return first..<min(shards, (node.index + 1) << node.level)
  }

  /// Whether the parent of a node has shards from `owned` alone, so that it is summed there too.
  func goesOn(from node: Node, within owned: Range<Int>) -> Bool {
    guard node != root else { return false }
    let range = range(of: node.parent)
    return owned.lowerBound <= range.lowerBound && range.upperBound <= owned.upperBound
  }

  /// The largest nodes with shards from `owned` alone, in the order of their shards.
  func blocks(of owned: Range<Int>) -> [Node] {
    var blocks: [Node] = []
    var first = owned.lowerBound
    while first < owned.upperBound {
      var node = Node(level: 0, index: first)
      while goesOn(from: node, within: owned), range(of: node.parent).lowerBound == first { node = node.parent }
      blocks.append(node)
      first = range(of: node).upperBound
    }
    return blocks
  }

  /// Sums up to the root what is there of its parts.
  ///
  /// - Parameters:
  ///   - value: of a node; nil where it is the sum of its two halves.
  ///   - add: the second into the first.
  func sum<Value>(_ value: (Node) -> Value?, add: (Value, Value) -> Value) -> Value? {
    func sum(_ node: Node) -> Value? {
      if let found = value(node) { return found }
      guard node.level > 0, !range(of: node).isEmpty else { return nil }
      let left = sum(Node(level: node.level - 1, index: 2 * node.index))
      guard let right = sum(Node(level: node.level - 1, index: 2 * node.index + 1)) else { return left }
      return left.map { add($0, right) } ?? right
    }
    return sum(root)
  }
}
