import Images
import Support
import Testing

@testable import WeakSupervision

@Suite struct DenseCRFTests {
  @Test(arguments: ["small", "grey", "smoothness", "medium", "strong"])
  func asPydensecrf(name: String) throws {
    let golden = try CRFGolden(name)
    let found = try ExactDenseCRFTests.settings(name).refine(golden.image, golden.scores)
    // Another order of rounding; where a point is put into another simplex, that is continuous.
    #expect(difference(found.values, golden.pydensecrf).largest < 1e-5)
    // Both approximate the kernels: the largest differences measured are 0.026 ("medium") and 0.013 ("smoothness").
    let approximation = difference(found.values, golden.exact)
    #expect(approximation.largest < 0.04 && approximation.mean < 0.004)
  }

  @Test func onePixel() throws {
    let image = Image(width: 1, height: 1, channels: 3, fill: 0.4)
    let scores = ClassScores(height: 1, width: 1, classes: 3, values: [0.5, 0.3, 0.2])
    let found = try DenseCRF(smoothnessWeight: 0.1, appearanceWeight: 0.2).refine(image, scores)
    let exact = try DenseCRF(smoothnessWeight: 0.1, appearanceWeight: 0.2).exactMarginals(image, scores)
    #expect(difference(found.values, exact.map(Float.init)).largest < 1e-5)
    #expect(found[0, 0, 0] > 0.5)
  }

  @Test func oneClassIsCertain() throws {
    let image = twoColours(height: 5, width: 6, channels: 3, seed: 1)
    let found = try DenseCRF().refine(image, ClassScores(height: 5, width: 6, classes: 1, fill: 0.3))
    for value in found.values { #expect(abs(value - 1) < 1e-6) }
  }

  @Test(arguments: [2, 8, 9, 16, 21, 40])
  func marginalsAddUpToOne(classes: Int) throws {
    let image = twoColours(height: 11, width: 13, channels: 3, seed: 4)
    let scores = randomScores(height: 11, width: 13, classes: classes, seed: 5)
    let found = try DenseCRF().refine(image, scores)
    for sum in found.sums { #expect(abs(sum - 1) < 1e-5) }
    #expect(found.values.allSatisfy { $0 >= 0 && $0 <= 1 + 1e-6 })
  }

  @Test func orderOfClassesDoesNotMatter() throws {
    let image = twoColours(height: 9, width: 10, channels: 3, seed: 6)
    let scores = randomScores(height: 9, width: 10, classes: 11, seed: 7)
    let order = [3, 0, 10, 1, 2, 9, 8, 4, 7, 5, 6]
    let crf = DenseCRF(smoothnessWeight: 1, appearanceWeight: 1)
    let found = try crf.refine(image, scores.permuted(order))
    #expect(difference(found.values, try crf.refine(image, scores).permuted(order).values).largest < 1e-4)
  }

  /// Where all colours are equal, the appearance kernel is a smoothness kernel of another deviation.
  @Test func constantColourLeavesPlacesOnly() throws {
    let scores = randomScores(height: 8, width: 9, classes: 3, seed: 8)
    let image = Image(width: 9, height: 8, channels: 3, fill: 0.6)
    let appearance = DenseCRF(smoothnessWeight: 0, appearanceWeight: 1, appearancePosition: 2)
    let smoothness = DenseCRF(smoothnessWeight: 1, smoothnessPosition: 2, appearanceWeight: 0)
    let exact = try appearance.exactMarginals(image, scores)
    for (a, b) in zip(exact, try smoothness.exactMarginals(image, scores)) { #expect(abs(a - b) < 1e-12) }
    #expect(difference(try appearance.refine(image, scores).values, exact.map(Float.init)).mean < 0.03)
  }

  @Test func followsTheColours() throws {
    // The left half is class 0 and the right half class 1, each with one pixel in eight the other way round.
    let image = twoColours(height: 16, width: 16, channels: 1, seed: 9)
    var scores = ClassScores(height: 16, width: 16, classes: 2, fill: 0)
    for y in 0..<16 {
      for x in 0..<16 {
        let right = (x >= 8) != ((3 * x + 5 * y) % 8 == 0)
        (scores[x, y, 0], scores[x, y, 1]) = right ? (0.4, 0.6) : (0.6, 0.4)
      }
    }
    let labels = try DenseCRF().refine(image, scores).labels
    for y in 0..<16 { for x in 0..<16 { #expect(labels[x, y] == (x < 8 ? 0 : 1)) } }
  }

  @Test func alphaIsDropped() throws {
    let colour = twoColours(height: 6, width: 6, channels: 3, seed: 10)
    var transparent = Image(width: 6, height: 6, channels: 4, fill: 0.123)
    for y in 0..<6 { for x in 0..<6 { for c in 0..<3 { transparent[x, y, c] = colour[x, y, c] } } }
    let scores = randomScores(height: 6, width: 6, classes: 2, seed: 11)
    #expect(try DenseCRF().refine(transparent, scores) == DenseCRF().refine(colour, scores))
  }

  @Test func impossibleInput() {
    let image = Image(width: 3, height: 2, channels: 3, fill: 0)
    func refused(_ crf: DenseCRF, _ scores: ClassScores, _ image: Image, saying text: String) {
      do {
        _ = try crf.refine(image, scores)
        Issue.record("nothing was thrown: \(text)")
      } catch {
        #expect("\(error)".contains(text) && error is InputError)
      }
    }
    let fine = ClassScores(height: 2, width: 3, classes: 2, fill: 0.5)
    refused(DenseCRF(), ClassScores(height: 3, width: 2, classes: 2, fill: 0.5), image, saying: "the same size")
    refused(DenseCRF(), ClassScores(height: 2, width: 3, classes: 2, fill: .nan), image, saying: "nan")
    refused(DenseCRF(), ClassScores(height: 2, width: 3, classes: 2, fill: -1), image, saying: "from 0 up")
    refused(DenseCRF(smoothnessWeight: .nan), fine, image, saying: "smoothnessWeight")
    refused(DenseCRF(appearanceWeight: -1), fine, image, saying: "appearanceWeight")
    refused(DenseCRF(appearancePosition: 0), fine, image, saying: "appearancePosition")
    refused(DenseCRF(smoothnessPosition: 1e-30), fine, image, saying: "deviations from the origin")
    refused(DenseCRF(iterations: -1), fine, image, saying: "iterations")
  }
}
