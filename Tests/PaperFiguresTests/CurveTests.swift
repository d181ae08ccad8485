import Metrics
import TestSupport
import Testing

@testable import PaperFigures

@Suite struct CurveTests {
  @Test func meanAndInterval() throws {
    let runs = try [0.6, 0.7, 0.8].enumerated().map {
      try syntheticRun(.fashion32Image, seed: UInt64($0 + 1), mIoU: $1)
    }
    let values = Curve.values(runs, over: .step)
    #expect(values.map(\.x) == (1...10).map { Double(50 * $0) })
    let last = try #require(values.last)
    let scores = runs.compactMap { $0.lines.last?.mIoU }
    let interval = try #require(StudentMean(of: scores)).interval()
    #expect(last.y == interval.mean && last.lower == interval.lower && last.upper == interval.upper)
    #expect(last.lower != nil && last.runs == scores)
    #expect(Curve.values(runs, over: .queries).last?.x == 128_000)
  }

  @Test func oneSeedOrTwoHaveNoInterval() throws {
    let values = Curve.values([try syntheticRun(.fashion32Image, seed: 1, mIoU: 0.5)], over: .step)
    #expect(values.count == 10 && values.allSatisfy { $0.lower == nil && $0.upper == nil })
    let two = try (1...2).map { try syntheticRun(.fashion32Image, seed: $0, mIoU: 0.5 + 0.1 * Double($0)) }
    #expect(Curve.values(two, over: .step).allSatisfy { $0.lower == nil && $0.runs.count == 2 })
    #expect(Curve.values([], over: .step).isEmpty)
  }

  @Test func aDivergedSeedMakesTheMeanOfThatStepNone() throws {
    let runs = [
      try syntheticRun(.fashion32Image, seed: 1, mIoU: 0.5),
      try syntheticRun(.fashion32Image, seed: 2, mIoU: 0.5, diverging: true),
    ]
    let values = Curve.values(runs, over: .step)
    #expect(values.prefix(5).allSatisfy(\.y.isFinite) && values.dropFirst(5).allSatisfy(\.y.isNaN))
  }

  @Test func aSeedThatStoppedEarlyEndsTheCurve() throws {
    var short = try syntheticRun(.fashion32Image, seed: 2, mIoU: 0.9)
    short.lines = Array(short.lines.prefix(4))
    let values = Curve.values([try syntheticRun(.fashion32Image, seed: 1, mIoU: 0.5), short], over: .step)
    #expect(values.map(\.x) == [50, 100, 150, 200])
  }
}
