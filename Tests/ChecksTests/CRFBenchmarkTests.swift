import Support
import Testing

@testable import Checks

@Suite struct CRFBenchmarkTests {
  @Test func timesWhatItWasAskedFor() throws {
    let benchmark = try CRFBenchmark(width: 12, height: 8, classes: 3, iterations: 2, rounds: 2)
    let result = try benchmark.run()
    #expect(result.crfMilliseconds > 0 && result.crfMilliseconds.isFinite)
    #expect(result.summary.contains("12 x 8, 3 classes, 2 iterations"))
  }

  /// Its probabilities are worth refining: right more often than not.
  @Test func pictureIsTheSameEachTime() throws {
    let benchmark = try CRFBenchmark(width: 20, height: 10, classes: 4, iterations: 2, rounds: 1)
    let (image, scores) = benchmark.picture()
    #expect(image == benchmark.picture().0 && scores == benchmark.picture().1)
    #expect(image.values.allSatisfy { (0...1).contains($0) })
  }

  @Test func impossibleBenchmarks() {
    #expect(throws: InputError.self) { try CRFBenchmark(width: 0, height: 8, classes: 3, iterations: 2, rounds: 2) }
    #expect(throws: InputError.self) { try CRFBenchmark(width: 8, height: 8, classes: 0, iterations: 2, rounds: 2) }
    #expect(throws: InputError.self) { try CRFBenchmark(width: 8, height: 8, classes: 3, iterations: -1, rounds: 2) }
    #expect(throws: InputError.self) { try CRFBenchmark(width: 8, height: 8, classes: 3, iterations: 2, rounds: 0) }
  }
}
