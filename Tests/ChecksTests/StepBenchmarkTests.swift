import Foundation
import TestSupport
import Testing

@testable import Checks

@Suite struct StepBenchmarkTests {
  private func benchmark(
    width: Int = 2, classes: Int = 3, size: Int = 16, batch: Int = 2, maps: Int = 4, steps: Int = 2
  ) throws -> StepBenchmark {
    try StepBenchmark(width: width, classes: classes, size: size, batch: batch, maps: maps, steps: steps)
  }

  @Test func impossibleSteps() {
    #expect(inputError { try benchmark(classes: 1) }.subject == "--classes")
    #expect(inputError { try benchmark(classes: 256) }.subject == "--classes")
    for steps in [0, -1, -3, .min, .max] { #expect(inputError { try benchmark(steps: steps) }.subject == "--steps") }
    #expect(inputError { try benchmark(width: 0) }.subject.contains("networkWidth"))
    #expect(inputError { try benchmark(size: 20) }.subject.contains("image"))
    #expect(inputError { try benchmark(batch: 0) }.subject.contains("batchSize"))
    #expect(inputError { try benchmark(maps: 1) }.subject.contains("maps"))
  }

  @Test func measures() throws {
    let result = try benchmark(steps: 1).run()
    #expect(result.crossEntropyMilliseconds > 0 && result.imageRewardMilliseconds > 0)
    #expect(result.stepGFLOP > 0 && result.sgemmGFLOPS > 0 && result.threads >= 1)
    #expect(result.summary.contains("cross-entropy step") && !result.summary.contains("nan"))
    let data = try JSONEncoder().encode(result)
    #expect(try JSONDecoder().decode(StepBenchmark.Result.self, from: data).stepGFLOP == result.stepGFLOP)
  }

  @Test func profiles() throws {
    let table = try benchmark().profile(.imageReward)
    let names = table.rows.map { $0[0] }
    #expect(names.contains(.text("objective")) && names.contains(.text("optimizer")) && names.count > 4)
    #expect(table.rows.allSatisfy { if case .number(let both, _) = $0[4] { both > 0 } else { false } })
  }
}
