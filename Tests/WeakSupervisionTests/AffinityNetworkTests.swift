import Datasets
import Images
import Support
import Testing

@testable import WeakSupervision

@Suite struct AffinityNetworkTests {
  private static let recipe = AffinityRecipe(
    networkWidth: 4, features: 4, radius: 4, background: 0, steps: 40, batchSize: 4, learningRate: 1e-2)

  /// A bright and a dark half; labels are confident away from the border between them.
  private static func samples(_ count: Int) -> [(image: Image, labels: LabelMap)] {
    (0..<count).map { i in
      let image = twoColours(height: 14, width: 20, channels: 1, seed: UInt64(i))
      var labels = LabelMap(width: 20, height: 14, fill: 0)
      for y in 0..<14 { for x in 0..<20 { labels[x, y] = x < 8 ? 0 : x < 12 ? 255 : 1 } }
      return (image, labels)
    }
  }

  @Test func learnsWhereOneThingEnds() throws {
    let network = try AffinityTraining(on: Self.samples(6), recipe: Self.recipe, seed: 1).run()
    let losses = network.losses.compactMap { $0 }
    #expect(losses.count == 40)
    let (first, last) = (losses.prefix(10).reduce(0, +), losses.suffix(10).reduce(0, +))
    #expect(last < first / 2)
    let image = twoColours(height: 14, width: 20, channels: 1, seed: 77)
    let affinities = try network.affinities(of: image)
    var (across, within) = ([Float](), [Float]())
    affinities.forEachPair { _, i, j, affinity in
      if (i % 10 < 5) == (j % 10 < 5) { within.append(affinity) } else { across.append(affinity) }
    }
    func mean(_ values: [Float]) -> Float { values.reduce(0, +) / Float(max(1, values.count)) }
    #expect(mean(within) > 2 * mean(across), "within \(mean(within)), across \(mean(across))")

    // One seed a side spreads over its side only.
    var scores = ClassScores(height: 14, width: 20, classes: 2, fill: 0)
    for y in 4..<10 {
      for x in 2..<6 { scores[x, y, 0] = 1 }
      for x in 14..<18 { scores[x, y, 1] = 1 }
    }
    let labels = try network.refine(image, scores).labels
    let right = labels.classes.indices.count { pixel in
      let expected: UInt8 = pixel % 20 < 10 ? 0 : 1
      return labels.classes[pixel] == expected
    }
    #expect(right >= 266, "\(right) of 280 pixels")
  }

  @Test func sameSeedSameNetwork() throws {
    var recipe = Self.recipe
    recipe.steps = 3
    let samples = Self.samples(3)
    let networks = try [5, 5, 6].map { try AffinityTraining(on: samples, recipe: recipe, seed: $0).run() }
    #expect(networks[0].losses == networks[1].losses && networks[0].losses != networks[2].losses)
    let found = try networks.map { try $0.affinities(of: samples[0].image) }
    #expect(found[0] == found[1] && found[0] != found[2])
  }

  @Test func aStateGoesOnToTheSameNetwork() throws {
    struct Stop: Error {}
    var recipe = Self.recipe
    recipe.steps = 4
    func training() throws -> AffinityTraining { try AffinityTraining(on: Self.samples(3), recipe: recipe, seed: 5) }
    let whole = try training().run()
    let first = try training()
    #expect(throws: Stop.self) { try first.run { step, _ in if step == 2 { throw Stop() } } }
    let second = try training()
    try second.restore(first.state, from: "state")
    let found = try second.run()
    #expect(found.losses == Array(whole.losses.suffix(2)))
    let image = Self.samples(1)[0].image
    #expect(try found.affinities(of: image) == whole.affinities(of: image))
  }

  @Test func imagesOfAnySize() throws {
    var recipe = Self.recipe
    recipe.steps = 2
    let network = try AffinityTraining(on: Self.samples(2), recipe: recipe, seed: 1).run()
    for (height, width) in [(1, 1), (3, 17), (9, 8)] {
      let scores = randomScores(height: height, width: width, classes: 3, seed: 1)
      let image = twoColours(height: height, width: width, channels: 1, seed: 2)
      let found = try network.refine(image, scores)
      #expect(found.height == height && found.width == width && found.classes == 3)
      for sum in found.sums { #expect(abs(sum - 1) < 1e-4) }
    }
  }

  @Test func cellsAreConfidentWhereAllTheirPixelsAgree() {
    let labels: [UInt8] = [1, 1, 2, 2, 0, 255, 1, 1, 2, 1, 0, 0]
    #expect(AffinityLearner.cellLabels(labels, height: 2, width: 6, stride: 2) == [1, 255, 255])
    #expect(AffinityLearner.cellLabels(labels, height: 2, width: 6, stride: 1) == labels)
  }

  @Test func impossibleInput() throws {
    func refused(_ samples: [(image: Image, labels: LabelMap)], saying text: String) {
      do {
        _ = try AffinityTraining(on: samples, recipe: Self.recipe, seed: 1).run()
        Issue.record("nothing was thrown: \(text)")
      } catch {
        #expect("\(error)".contains(text) && error is InputError, "\(error)")
      }
    }
    let grey = Image(width: 8, height: 8, channels: 1, fill: 0.5)
    let void = LabelMap(width: 8, height: 8, fill: 255)
    refused([], saying: "none")
    refused([(grey, LabelMap(width: 8, height: 7, fill: 0))], saying: "8 x 7 labels")
    refused([(grey, void), (Image(width: 8, height: 8, channels: 3, fill: 0), void)], saying: "grey and colour")
    refused([(Image(width: 8, height: 8, channels: 1, fill: .nan), void)], saying: "nan")
    refused(
      [(Image(width: 0, height: 8, channels: 1, fill: 0), LabelMap(width: 0, height: 8, fill: 0))],
      saying: "without pixels")
    refused([(grey, void)], saying: "no pair of confident cells")

    var recipe = Self.recipe
    recipe.steps = 1
    let network = try AffinityTraining(on: Self.samples(1), recipe: recipe, seed: 1).run()
    #expect(throws: InputError.self) { try network.affinities(of: Image(width: 8, height: 8, channels: 3, fill: 0)) }
    for scores in [
      ClassScores(height: 7, width: 8, classes: 2, fill: 0), ClassScores(height: 8, width: 8, classes: 2, fill: .nan),
    ] {
      #expect(throws: InputError.self) { try network.refine(grey, scores) }
    }
  }
}
