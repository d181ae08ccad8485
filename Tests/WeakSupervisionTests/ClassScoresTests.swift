import Images
import Support
import Testing

@testable import WeakSupervision

@Suite struct ClassScoresTests {
  @Test func orderIsRowsThenColumnsThenClasses() {
    var scores = ClassScores(height: 2, width: 3, classes: 2, fill: 0)
    scores[2, 1, 1] = 5
    #expect(scores.values == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5])
    #expect(scores[2, 1, 1] == 5 && scores.pixels == 6)
  }

  @Test func labelsTakeTheHighestScoreAndTheLowestClassOfATie() {
    let scores = ClassScores(height: 1, width: 3, classes: 3, values: [0, 2, 1, 4, 4, 4, -3, -2, -1])
    #expect(scores.labels == LabelMap(width: 3, height: 1, classes: [1, 0, 2]))
    #expect(ClassScores(height: 1, width: 2, classes: 1, fill: 3).labels.classes == [0, 0])
    #expect(ClassScores(height: 0, width: 2, classes: 4, fill: 3).labels.classes.isEmpty)
  }

  @Test func probabilitiesDivideByTheSum() throws {
    let huge = Float.greatestFiniteMagnitude
    let scores = ClassScores(height: 1, width: 3, classes: 2, values: [1, 3, 0, 0, huge, huge])
    #expect(try scores.probabilities().values == [0.25, 0.75, 0.5, 0.5, 0.5, 0.5])
  }

  @Test(arguments: [-0.1, .nan, .infinity] as [Float])
  func probabilitiesOfWhatCanNotBe(value: Float) {
    let scores = ClassScores(height: 1, width: 1, classes: 2, values: [0.5, value])
    #expect(throws: InputError.self) { try scores.probabilities() }
  }

  @Test func validation() throws {
    let image = Image(width: 3, height: 2, channels: 1, fill: 0.5)
    try ClassScores(height: 2, width: 3, classes: 4, fill: -1).validate(for: image)
    func complaint(_ scores: ClassScores, _ image: Image) -> String {
      do {
        try scores.validate(for: image)
        return ""
      } catch {
        return "\(error)"
      }
    }
    #expect(complaint(ClassScores(height: 3, width: 2, classes: 4, fill: 0), image).contains("2 x 3"))
    var scores = ClassScores(height: 2, width: 3, classes: 1, fill: 0)
    scores[1, 1, 0] = .nan
    #expect(complaint(scores, image).contains("nan"))
    var bad = image
    bad[0, 0, 0] = .infinity
    #expect(
      complaint(ClassScores(height: 2, width: 3, classes: 1, fill: 0), bad).contains("image: found the value inf"))
    let empty = Image(width: 0, height: 2, channels: 1, fill: 0)
    #expect(complaint(ClassScores(height: 2, width: 0, classes: 1, fill: 0), empty).contains("without pixels"))
  }
}
