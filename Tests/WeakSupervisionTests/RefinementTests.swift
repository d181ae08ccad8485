import Images
import Support
import Testing

@testable import WeakSupervision

/// What all refinements of class scores have in common.
@Suite struct RefinementTests {
  private let image = twoColours(height: 6, width: 8, channels: 3, seed: 1)

  /// Several scores of one image, whose lattices, weights or transitions are made once, each as by itself.
  @Test func severalAtOnce() throws {
    let several = (3..<6).map { randomScores(height: 6, width: 8, classes: 3, seed: $0) }
    let (crf, pamr, walk) = (DenseCRF(iterations: 2), PAMR(iterations: 2), RandomWalk(beta: 2, logSteps: 2))
    let affinities = PairAffinities(
      ofFeatures: randomScores(height: 6, width: 8, classes: 4, seed: 9).values, height: 6, width: 8, radius: 3)
    #expect(try crf.refine(image, several) == several.map { try crf.refine(image, $0) })
    #expect(try pamr.refine(image, several) == several.map { try pamr.refine(image, $0) })
    #expect(try walk.walk(several, on: affinities) == several.map { try walk.walk($0, on: affinities) })
    #expect(try crf.refine(image, []).isEmpty)
    #expect(try pamr.refine(image, []).isEmpty)
    #expect(try walk.walk([], on: affinities).isEmpty)
  }

  @Test func anotherSizeAndNaNAreRefused() {
    for bad in [
      ClassScores(height: 8, width: 6, classes: 3, fill: 0.5), ClassScores(height: 6, width: 8, classes: 3, fill: .nan),
    ] {
      #expect(throws: InputError.self) { try DenseCRF().refine(image, bad) }
      #expect(throws: InputError.self) { try PAMR().refine(image, bad) }
    }
  }
}
