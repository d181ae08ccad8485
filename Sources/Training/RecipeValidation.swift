import Rewards
import Support

extension Recipe {
  /// - Throws: `InputError` that names the setting which can't be.
  public func validate() throws {
    // Random streams count steps in 32 bits.
    try need((1...Int(Int32.max)).contains(steps), "steps", "\(steps)", "1 to 2^31 - 1")
    try need((1...4096).contains(batchSize), "batchSize", "\(batchSize)", "1 to 4096")
    try need((1...1024).contains(networkWidth), "networkWidth", "\(networkWidth)", "1 to 1024")
    for (key, length) in [("imageHeight", imageHeight), ("imageWidth", imageWidth)] {
      try need(
        length >= 8 && length % 8 == 0 && length <= 8192, key, "\(length)",
        "a multiple of 8 (the network halves an image three times), 8 to 8192")
    }
    // As many pixels as the largest single image that is read, 2^28; such a batch has 3 GB of colour.
    try need(
      batchSize * imageHeight * imageWidth <= 1 << 28, "batchSize",
      "\(batchSize) images of \(imageWidth)x\(imageHeight)", "at most 2^28 pixels in a batch")
    try need((1...ActionMaps.mostMaps).contains(maps), "maps", "\(maps)", "1 to \(ActionMaps.mostMaps)")
    try need(
      objective != .imageReward || advantage == .naive || maps >= 2, "maps", "\(maps)",
      "at least 2: \(advantage.rawValue) compares the maps of an image")
    try needEffect()
    try need(
      scales == .full || regions == .whole, "regions", "\(regions)",
      "1 together with scales=\(scales): patches are rewarded at full resolution")
    try need((0...1).contains(propensityFloor), "propensityFloor", "\(propensityFloor)", "a probability, 0 to 1")
    try need((0..<1).contains(exploration), "exploration", "\(exploration)", "0 or more and below 1")
    try need(
      entropyBonus >= 0 && entropyBonus.isFinite, "entropyBonus", "\(entropyBonus)", "0 or more")
    try need(
      learningRate > 0 && learningRate.isFinite, "learningRate", "\(learningRate)", "a number above 0")
    try need((0...1).contains(warmup), "warmup", "\(warmup)", "a fraction from 0 to 1")
    try need(weightDecay >= 0 && weightDecay.isFinite, "weightDecay", "\(weightDecay)", "0 or more")
    try need((0..<1).contains(momentum), "momentum", "\(momentum)", "0 or more and below 1")
    try need(clip >= 0 && clip.isFinite, "clip", "\(clip)", "0 (no limit) or more")
    try need(evaluations >= 1, "evaluations", "\(evaluations)", "at least 1")
  }

  /// Refuses settings of image-level reward in other objectives, of PSD's pairs where there are none, of propensity
  /// weights where actions have no reward of their own, and of rewards in cross-entropy: a run would claim what it
  /// didn't do. `maps` alone is let through, since every objective has a number of them.
  private func needEffect() throws {
    if objective != .imageReward {
      try need(scales == .full, "scales", "\(scales)", "full: only image-level reward has coarser actions")
      try need(regions == .whole, "regions", "\(regions)", "1: only image-level reward has patches")
      try need(score == .meanIoU, "score", score.rawValue, "meanIoU: only image-level reward has a score")
      try need(advantage == .psd, "advantage", advantage.rawValue, "psd: only image-level reward compares maps")
    }
    try need(
      pairDivision == .none || (objective == .imageReward && advantage == .psd), "pairDivision", pairDivision.rawValue,
      "none: only PSD has pairs")
    try need(
      propensityFloor == 0 || objective == .pixelReward, "propensityFloor", "\(propensityFloor)",
      "0: only a pixel's reward is weighted by its own action's propensity")
    if objective == .crossEntropy {
      try need(syncAN == .batch, "syncAN", syncAN.rawValue, "batch: cross-entropy has no advantages")
      try need(exploration == 0, "exploration", "\(exploration)", "0: cross-entropy doesn't sample")
      try need(entropyBonus == 0, "entropyBonus", "\(entropyBonus)", "0: cross-entropy has no entropy bonus")
    }
  }

  private func need(_ holds: Bool, _ key: String, _ found: String, _ expected: String) throws {
    guard !holds else { return }
    throw InputError("setting \(key)", found: found, expected: expected, advice: "Change it with --set \(key)=….")
  }
}
