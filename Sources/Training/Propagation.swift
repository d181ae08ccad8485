import Datasets
import Networks
import Ranks
import Tensors

/// How batches go through a network, and their gradients back: whole, or shard by shard.
final class Propagation {
  private let network: any Network
  private let cut: Cut?
  private var tapes: [Tape] = []
  private var outputs: [Variable] = []

  /// What there is where batches are cut.
  private struct Cut {
    let shards: Shards
    /// This rank's.
    let own: Range<Int>
    let count: Int
    let sums: GradientSums
    let part: BatchPart
    /// Gathers what shards with statistics of their own have seen; nil where those are the batch's.
    let seen: Parameter?
  }

  init(_ network: any Network, by recipe: Recipe, among ranks: any Communicator) {
    self.network = network
    guard let shards = recipe.shards, let count = recipe.shardCount else {
      cut = nil
      return
    }
    if shards.normalization == .frozen { for statistics in network.statistics { statistics.isFrozen = true } }
    let channels = network.statistics.reduce(0) { $0 + ($1.isFrozen ? 0 : $1.mean.count) }
    let seen =
      shards.normalization == .perShard && channels > 0
      ? Parameter(name: "seen statistics", value: Tensor(zeros: [2 * channels]), decays: false) : nil
    let sums = GradientSums(
      of: network.parameters.filter(\.isTrained) + (seen.map { [$0] } ?? []), shards: count, ranks: ranks,
      reduction: shards.reduction)
    let own = ranks.share(of: count)
    cut = Cut(
      shards: shards, own: own, count: count, sums: sums,
      part: BatchPart(
        shards: count, synchronises: shards.normalization == .synchronised, sums: sums, ranks: ranks),
      seen: seen)
  }

  /// The logits of a batch, of this rank's images.
  func forward(_ batch: Batch, profile: Profile? = nil) -> Tensor {
    guard let cut else {
      let tape = Tape(profile: profile)
      let output = network.logits(Variable(Tensor(batch.pixels, shape: batch.shape)), on: tape)
      (tapes, outputs) = ([tape], [output])
      return output.value
    }
    cut.sums.discard()
    Lanes.runLoops(true)
    tapes = cut.own.map { Tape(shard: $0, of: cut.part) }
    let (images, size) = (cut.shards.size, batch.pixels.count / max(1, batch.count))
    var found = [Variable?](repeating: nil, count: tapes.count)
    found.withUnsafeMutableBufferPointer { found in
      Lanes.run(tapes.count) { i in
        let pixels = Array(batch.pixels[i * images * size..<(i + 1) * images * size])
        let shard = Variable(Tensor(pixels, shape: [images] + batch.shape.dropFirst()))
        found[i] = network.logits(shard, on: tapes[i])
      }
    }
    outputs = found.compactMap { $0 }
    return Tensor(joining: outputs.map(\.value))
  }

  /// From the gradient of the logits; afterwards the parameters have theirs, of all ranks' images.
  func backward(_ gradient: Tensor) {
    defer { outputs = [] }
    guard let cut else { return tapes[0].backward(from: outputs[0], gradient: gradient) }
    Lanes.run(tapes.count) { i in
      if let seen = cut.seen { cut.sums.add(tapes[i].seenStatistics(), of: seen, shard: cut.own.lowerBound + i) }
      let images = i * cut.shards.size..<(i + 1) * cut.shards.size
      tapes[i].backward(from: outputs[i], gradient: gradient.images(images))
    }
    cut.sums.finish()
  }

  /// Moves the running statistics towards what the batch's are: for a step that has succeeded.
  func moveStatistics() {
    defer {
      tapes = []
      Lanes.runLoops(false)
    }
    guard let seen = cut?.seen, let cut else {
      tapes.first?.moveStatistics()
      return
    }
    if let sum = seen.gradient { tapes.first?.moveStatistics(towardsMeanOf: sum, shards: cut.count) }
    seen.clearGradient()
  }
}
