import Support
import Training

/// Everything that an affinity network and its walk follow from, apart from the data and the seed.
public struct AffinityRecipe: Codable, Sendable, Equatable {
  /// Channels of the network's first layer, the w of `UNet`.
  public var networkWidth: Int
  /// Numbers that describe a cell.
  public var features: Int
  /// Pixels along the side of a cell: 1, 2, 4 or 8. PSA's cells are 8 pixels wide, in images of some 400.
  public var stride: Int
  /// Pairs are less than this many cells apart; PSA's radius.
  public var radius: Int
  /// The class that the loss counts apart; nil where there is none.
  public var background: UInt8?
  /// Steps of the training.
  public var steps: Int
  /// Images of a step.
  public var batchSize: Int
  /// The highest learning rate of the one-cycle schedule.
  public var learningRate: Float
  /// What is done with the affinities.
  public var walk: RandomWalk
  /// Seeds are trusted to be their class where they win against a background of this part of their threshold, after a
  /// dense CRF, and to be background where they lose to one of that.
  public var certain: Float
  /// The part of the threshold under which a seed is trusted to be background; see `certain`.
  public var possible: Float

  /// The defaults: PSA's radius and walk, on cells of 2 pixels.
  public init(
    networkWidth: Int = 16, features: Int = 16, stride: Int = 2, radius: Int = 5, background: UInt8? = nil,
    steps: Int = 300, batchSize: Int = 8, learningRate: Float = 2e-3, walk: RandomWalk = RandomWalk(),
    certain: Float = 1, possible: Float = 0.3
  ) {
    (self.networkWidth, self.features, self.stride, self.radius) = (networkWidth, features, stride, radius)
    (self.background, self.steps, self.batchSize) = (background, steps, batchSize)
    (self.learningRate, self.walk) = (learningRate, walk)
    (self.certain, self.possible) = (certain, possible)
  }

  /// - Throws: `InputError` that names the setting which can't be.
  func validate() throws {
    for (name, value, allowed) in [
      ("stride", stride, [1, 2, 4, 8]), ("features", features, Array(1...255)), ("radius", radius, Array(2...64)),
    ] where !allowed.contains(value) {
      let expected = allowed.count == 4 ? "1, 2, 4 or 8" : "\(allowed[0]) to \(allowed[allowed.count - 1])"
      throw InputError(
        "affinity network's \(name)", found: "\(value)", expected: expected, advice: "PSA's radius is 5 cells.")
    }
    for (name, part) in [("certain", certain), ("possible", possible)] where !(0...10).contains(part) {
      throw InputError(
        "affinity network's \(name)", found: "\(part)", expected: "a part of the threshold, 0 to 10",
        advice: "1 and 0.3 are the defaults.")
    }
    try walk.validate()
  }

  /// The optimizer and schedule of every row: `Recipe`'s defaults.
  ///
  /// - Throws: `InputError` that names the setting which can't be.
  func training(height: Int, width: Int) throws -> Recipe {
    try validate()
    var recipe = Recipe(
      objective: .crossEntropy, networkWidth: networkWidth, steps: steps, imageHeight: height, imageWidth: width)
    recipe.batchSize = batchSize
    recipe.learningRate = learningRate
    try recipe.validate()
    return recipe
  }
}
