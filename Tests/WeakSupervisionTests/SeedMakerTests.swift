import Datasets
import Images
import Networks
import Tensors
import Testing

@testable import WeakSupervision

@Suite struct SeedMakerTests {
  private let data = patterns("train", count: 12, seed: 1)

  private func seeds(_ maker: SeedMaker, _ tagged: TaggedDataset) throws -> [TagScores] {
    var all = [TagScores?](repeating: nil, count: tagged.count)
    try maker.forEach(in: tagged) { all[$0] = $1 }
    return all.compactMap { $0 }
  }

  @Test(arguments: SeedMethod.allCases, [([Float](arrayLiteral: 1), false), ([0.5, 1, 2], true)])
  func tagsAndOnlyTagsHaveScores(method: SeedMethod, how: ([Float], Bool)) throws {
    let tagged = try TaggedDataset(tagging: data, background: 0)
    #expect(tagged.tags.contains([]) && tagged.tags.contains([1, 2]))
    let all = try seeds(untrainedSeedMaker(method, scales: how.0, mirrored: how.1), tagged)
    #expect(all.count == 12)
    for (scores, tags) in zip(all, tagged.tags) {
      #expect(scores.classes == tags && scores.width == 16 && scores.height == 16)
      for k in tags.indices {
        let values = stride(from: k, to: scores.values.count, by: tags.count).map { scores.values[$0] }
        #expect(values.min() ?? 0 >= 0)
        #expect(values.max() == 1 || values.max() == 0)
      }
    }
  }

  /// At one scale, a seed is the map after ReLU, divided by its maximum.
  @Test func oneScaleAtStrideOneIsTheMapItself() throws {
    let maker = untrainedSeedMaker(outputStride: 1)
    let image = try data.sample(at: 0).image
    let features = maker.classifier.features(
      Variable(Tensor(image.values, shape: [1, 16, 16, 1])), on: Tape(recording: false)
    ).value
    let map = SeedMethod.cam.maps(features, of: maker.classifier).scalars
    let scores = try maker.scores(of: image, outputs: [1], classes: [2])
    let positive = (0..<256).map { max(0, map[2 * $0 + 1]) }
    let largest = try #require(positive.max())
    for (a, b) in zip(scores.values, positive) { #expect(abs(a - (largest > 0 ? b / largest : 0)) < 1e-6) }
  }

  /// With the mirror image averaged in, mirroring the image mirrors its seeds.
  @Test func mirroredSeedsFollowAMirroredImage() throws {
    let maker = untrainedSeedMaker(mirrored: true)
    let image = try data.sample(at: 1).image
    var flipped = image
    for y in 0..<16 { for x in 0..<16 { flipped[x, y, 0] = image[15 - x, y, 0] } }
    let a = try maker.scores(of: image, outputs: [0, 1], classes: [1, 2]).values
    let b = try maker.scores(of: flipped, outputs: [0, 1], classes: [1, 2]).values
    for y in 0..<16 {
      for x in 0..<16 { #expect(abs(a[(y * 16 + x) * 2] - b[(y * 16 + 15 - x) * 2]) < 1e-5) }
    }
  }

  /// An image whose size isn't a multiple of the stride is padded, and its seeds cut to its size.
  @Test func anySizeWillDo() throws {
    let image = Image(width: 13, height: 7, channels: 1, fill: 0.5)
    let scores = try untrainedSeedMaker(outputStride: 8, scales: [0.5, 1.5]).scores(
      of: image, outputs: [0], classes: [1])
    #expect(scores.width == 13 && scores.height == 7 && scores.values.count == 91)
    #expect(scores.values.allSatisfy { (0...1).contains($0) })
  }

  @Test func theSameEachTime() throws {
    let tagged = try TaggedDataset(tagging: data, background: 0)
    let maker = untrainedSeedMaker(.gradCAMPlusPlus, scales: [1, 2], mirrored: true)
    #expect(try seeds(maker, tagged) == seeds(maker, tagged))
  }
}
