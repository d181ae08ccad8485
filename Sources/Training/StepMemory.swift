import Datasets
import Networks
import Rewards
import Support
import Tensors

extension Recipe {
  /// - Throws: `InputError` where a training step wouldn't fit the machine.
  func requireMemory(of architecture: Architecture) throws {
    try stepMemory(architecture).require(
      of: "a training step", advice: "Lower batchSize, maps, regions, networkWidth or the image size.")
  }

  /// What a training step holds in memory at most, to within a factor of two.
  ///
  /// With N images of P pixels, K classes, M maps, R rewards an image and T threads: the network's tape; logits,
  /// probabilities and gradient, 12 N P K bytes; maps, N P M; rewards and what is made of them, 32 N R M; counts, 8 R M K
  /// for each thread; the regression's tables, 8 R M K^2 for each thread and 8 N R K^2; PSD's differing units, 4 R M^2; sums of
  /// shards' gradients, 4 (log2 of their number + T + 4) bytes a parameter.
  func stepMemory(_ architecture: Architecture) -> MemoryNeed {
    let (pixels, classes) = (batchSize * imageHeight * imageWidth, architecture.classes)
    let threads = min(Threads.count, batchSize)
    var need = MemoryNeed()
    need.add("the network", 16, architecture.parameterCount)
    need.add("the layers of \(batchSize) images", 4, pixels, architecture.floatsPerPixel(recording: true))
    need.add("the batch", 9, pixels, architecture.channels)
    if let count = shardCount {
      // Sums that wait for one another, one more in each lane, and what is sent and comes.
      let waiting = Int.bitWidth - count.leadingZeroBitCount
      need.add("the gradients of \(count) shards", 4 * (waiting + threads + 3), architecture.parameterCount)
    }
    need.add("the policy", 12, pixels, classes)
    guard objective != .crossEntropy else { return need }
    need.add("\(maps) maps of \(batchSize) images", pixels, maps)
    guard objective == .imageReward else { return need }
    let cells = regions.most(height: imageHeight, width: imageWidth)
    need.add("the rewards of \(cells) regions of \(batchSize) images", 32, batchSize, cells, maps)
    need.add("the counts of \(cells) regions", 8, threads, cells, maps, classes)
    if advantage == .regression {
      need.add("the regression's tables of \(cells) regions", 8, threads, cells, maps, classes, classes)
      need.add("the regression's effects", 8, batchSize, cells, classes, classes)
    }
    if pairDivision != .none { need.add("the pairs of maps of \(cells) regions", 4, cells, maps, maps) }
    return need
  }
}

extension Architecture {
  /// What it takes to run the network on so many pixels at once, without learning.
  func memory(pixels: Int) -> MemoryNeed {
    var need = MemoryNeed()
    need.add("the layers of \(pixels) pixels", 4, pixels, floatsPerPixel(recording: false))
    // A float array and a tensor of the batch, bytes of void, labels and classes.
    need.add("the batch", pixels, 8 * channels + 3)
    return need
  }
}
