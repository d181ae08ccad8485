import Support

/// How a segmentation network learns from tags by itself, in one stage (Araslanov and Roth, "Single-stage semantic
/// segmentation from image labels", CVPR 2020), as `run.json` keeps it and `--set` changes it.
public struct OneStageRecipe: Codable, Sendable, Equatable {
  /// The p of the focal penalty.
  public var focalPower: Float
  /// The lambda of the focal penalty.
  public var focalFloor: Float
  /// Fraction of the steps that learn from the tags alone; from there on, from the network's own masks, too.
  public var tagsAlone: Float
  /// A mask's value counts as confident above this part of the mask's maximum over the image.
  public var confidence: Float
  /// The same of the background.
  public var backgroundConfidence: Float
  /// And above this probability, whatever the maximum.
  public var leastConfidence: Float
  /// Weight of what is learned from the masks, beside that of the tags.
  public var maskWeight: Float
  /// What refines the masks before they are learned from.
  public var refinement: PAMR

  /// The defaults are those of the paper and its program; a row says where it differs.
  public init() {
    (focalPower, focalFloor) = (3, 0.01)
    // 5 of 20 epochs.
    tagsAlone = 0.25
    (confidence, backgroundConfidence, leastConfidence) = (0.6, 0.7, 0.2)
    maskWeight = 1
    refinement = PAMR()
  }

  /// - Throws: `InputError` that names the setting which can't be.
  public func validate() throws {
    // Below 1 the penalty's slope is infinite where a class covers the whole image.
    try requireSetting("focalPower", (1...100).contains(focalPower), found: "\(focalPower)", expected: "1 to 100")
    try requireSetting(
      "focalFloor", focalFloor > 0 && focalFloor <= 1, found: "\(focalFloor)", expected: "above 0, at most 1")
    for (key, fraction) in [
      ("tagsAlone", tagsAlone), ("confidence", confidence), ("backgroundConfidence", backgroundConfidence),
      ("leastConfidence", leastConfidence),
    ] {
      try requireSetting(key, (0...1).contains(fraction), found: "\(fraction)", expected: "0 to 1")
    }
    try requireSetting(
      "maskWeight", maskWeight >= 0 && maskWeight.isFinite, found: "\(maskWeight)", expected: "0 or more")
    try refinement.validate()
  }
}
