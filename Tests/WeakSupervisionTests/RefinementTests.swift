import Images
import Support
import Testing

@testable import WeakSupervision

@Suite struct RefinementTests {
  private let image = twoColours(height: 6, width: 8, channels: 3, seed: 1)
  private let scores = randomScores(height: 6, width: 8, classes: 3, seed: 2)

  @Test func eachCaseIsItsMethod() throws {
    #expect(try Refinement.none.refine(image, scores) == scores)
    #expect(
      try Refinement.crf(DenseCRF(iterations: 2)).refine(image, scores) == DenseCRF(iterations: 2).refine(image, scores)
    )
    #expect(try Refinement.pamr(PAMR(iterations: 2)).refine(image, scores) == PAMR(iterations: 2).refine(image, scores))
  }

  @Test func everyCaseRefusesAnotherSizeAndNaN() {
    for refinement in [Refinement.none, .crf(DenseCRF()), .pamr(PAMR())] {
      for bad in [
        ClassScores(height: 8, width: 6, classes: 3, fill: 0.5),
        ClassScores(height: 6, width: 8, classes: 3, fill: .nan),
      ] {
        #expect(throws: InputError.self) { try refinement.refine(image, bad) }
      }
    }
  }
}
