import Rewards
import Support

extension Recipe {
  /// - Parameter sizeMultiple: that of a network of one's own; nil is the recipe's network's.
  /// - Throws: `InputError` that names the setting which can't be.
  public func validate(sizeMultiple: Int? = nil) throws {
    // Random streams count steps in 32 bits.
    try requireSetting("steps", (1...Int(Int32.max)).contains(steps), found: "\(steps)", expected: "1 to 2^31 - 1")
    try requireSetting("batchSize", (1...4096).contains(batchSize), found: "\(batchSize)", expected: "1 to 4096")
    try requireSetting(
      "networkWidth", (1...1024).contains(networkWidth), found: "\(networkWidth)", expected: "1 to 1024")
    if let network {
      try requireSetting(
        "outputStride", network.isPossible, found: "\(network.outputStride)",
        expected:
          "\(network.decoder.outputStrides.map { "\($0)" }.joined(separator: ", ")), with decoder=\(network.decoder.rawValue)"
      )
    }
    try fineTuning?.validate()
    try shards?.validate(self)
    let multiple = sizeMultiple ?? network?.outputStride ?? 8
    for (key, length) in [("imageHeight", imageHeight), ("imageWidth", imageWidth)] {
      try requireSetting(
        key, length >= multiple && length % multiple == 0 && length <= 8192, found: "\(length)",
        expected: "a multiple of \(multiple), which the network needs, \(multiple) to 8192")
    }
    // As many pixels as the largest single image that is read, 2^28; such a batch has 3 GB of colour.
    try requireSetting(
      "batchSize", batchSize * imageHeight * imageWidth <= 1 << 28,
      found: "\(batchSize) images of \(imageWidth)x\(imageHeight)", expected: "at most 2^28 pixels in a batch")
    try requireSetting(
      "maps", (1...ActionMaps.mostMaps).contains(maps), found: "\(maps)", expected: "1 to \(ActionMaps.mostMaps)")
    try requireSetting(
      "maps", objective != .imageReward || advantage == .naive || maps >= 2, found: "\(maps)",
      expected: "at least 2: \(advantage.rawValue) compares the maps of an image")
    try requireEffect()
    try requireSetting(
      "regions", scales == .full || regions == .whole, found: "\(regions)",
      expected: "1 together with scales=\(scales): patches are rewarded at full resolution")
    try requireSetting(
      "propensityFloor", (0...1).contains(propensityFloor), found: "\(propensityFloor)",
      expected: "a probability, 0 to 1")
    try requireSetting(
      "exploration", (0..<1).contains(exploration), found: "\(exploration)", expected: "0 or more and below 1")
    try requireSetting(
      "entropyBonus", entropyBonus >= 0 && entropyBonus.isFinite, found: "\(entropyBonus)", expected: "0 or more")
    try requireSetting(
      "learningRate", learningRate > 0 && learningRate.isFinite, found: "\(learningRate)", expected: "a number above 0")
    try requireSetting("warmup", (0...1).contains(warmup), found: "\(warmup)", expected: "a fraction from 0 to 1")
    try requireSetting(
      "weightDecay", weightDecay >= 0 && weightDecay.isFinite, found: "\(weightDecay)", expected: "0 or more")
    try requireSetting("momentum", (0..<1).contains(momentum), found: "\(momentum)", expected: "0 or more and below 1")
    try requireSetting("clip", clip >= 0 && clip.isFinite, found: "\(clip)", expected: "0 (no limit) or more")
    try requireSetting("evaluations", evaluations >= 1, found: "\(evaluations)", expected: "at least 1")
  }

  /// Refuses settings of image-level reward in other objectives, of PSD's pairs where there are none, of propensity
  /// weights where actions have no reward of their own, and of rewards in cross-entropy: a run would claim what it
  /// didn't do. `maps` alone is let through, since every objective has a number of them.
  private func requireEffect() throws {
    if objective != .imageReward {
      try requireSetting(
        "scales", scales == .full, found: "\(scales)", expected: "full: only image-level reward has coarser actions")
      try requireSetting(
        "regions", regions == .whole, found: "\(regions)", expected: "1: only image-level reward has patches")
      try requireSetting(
        "score", score == .meanIoU, found: score.rawValue, expected: "meanIoU: only image-level reward has a score")
      try requireSetting(
        "advantage", advantage == .psd, found: advantage.rawValue,
        expected: "psd: only image-level reward compares maps")
    }
    try requireSetting(
      "pairDivision", pairDivision == .none || (objective == .imageReward && advantage == .psd),
      found: pairDivision.rawValue, expected: "none: only PSD has pairs")
    try requireSetting(
      "propensityFloor", propensityFloor == 0 || objective == .pixelReward, found: "\(propensityFloor)",
      expected: "0: only a pixel's reward is weighted by its own action's propensity")
    if objective == .crossEntropy {
      try requireSetting(
        "syncAN", syncAN == .batch, found: syncAN.rawValue, expected: "batch: cross-entropy has no advantages")
      try requireSetting(
        "exploration", exploration == 0, found: "\(exploration)", expected: "0: cross-entropy doesn't sample")
      try requireSetting(
        "entropyBonus", entropyBonus == 0, found: "\(entropyBonus)", expected: "0: cross-entropy has no entropy bonus")
    }
  }
}
