import Foundation
import Testing

@testable import Figures

@Suite(.enabled(if: fontsAreHere, fontReason)) struct LineChartTests {
  @Test func empty() throws {
    let drawing = try drawn(lineChart([]))
    #expect(drawing.texts.contains("No record yet"))
    expectLegible(drawing)
    #expect(try drawn(lineChart([Series("none", .numbered(0), [])])).texts.contains("No record yet"))
  }

  @Test func onePoint() throws {
    let drawing = try drawn(lineChart([Series("one", .numbered(0), rise(1))], upTo: 1))
    expectLegible(drawing)
    #expect(!drawing.texts.contains("No record yet"))
    #expect(try drawing.svg().contains("<circle"))
  }

  @Test func aDivergedRunIsDrawnAsSuchAndSaidToBe() throws {
    let broken = rise(11).map { $0.x < 6 ? $0 : Series.Value(x: $0.x, y: .nan) }
    let drawing = try drawn(lineChart([Series("pixel", .numbered(0), broken)]))
    #expect(drawing.texts.contains("pixel: diverged at 6"))
    expectLegible(drawing)
    let never = try drawn(lineChart([Series("pixel", .numbered(0), [.init(x: 10, y: .infinity)])]))
    #expect(never.texts.contains("pixel: diverged at 10"))
    #expect(try !never.svg().contains("nan") && !never.svg().contains("inf"))
  }

  @Test func manyPointsAreThinnedAndQuick() throws {
    let chart = lineChart([Series("long", .numbered(0), rise(10_000))], upTo: 9_999)
    _ = try drawn(chart).svg()
    let clock = ContinuousClock()
    let time = try clock.measure { _ = try drawn(chart).svg() }
    #expect(time < .milliseconds(50), "\(time)")
    #expect(try drawn(chart).pathPoints < 9_000)
  }

  @Test func endLabelsDontTouch() throws {
    var chart = lineChart((0..<5).map { Series("line \($0)", .numbered($0), rise(11, to: 0.7 + 0.001 * Double($0))) })
    chart.labelsAtEnds = true
    chart.levels = [.init("level", y: 0.7)]
    expectLegible(try drawn(chart))
  }

  /// Every seed beside its mean: at each point where there are interval bars, at the last one of a band.
  @Test func runsAreDrawn() throws {
    let values = [0.2, 0.5].enumerated().map { i, y in
      Series.Value(x: Double(5 * i + 2), y: y, runs: [y - 0.1, y, y + 0.15])
    }
    for (kind, rings) in [(LineChart.Intervals.bars, 6), (.band, 3)] {
      var chart = lineChart([Series("one", SeriesStyle(.ink, marker: .square), values)])
      chart.intervals = kind
      #expect(try drawn(chart).svg().components(separatedBy: "<circle").count - 1 == rings)
    }
    // A single run is its mean, which has its marker already.
    let single = lineChart([Series("one", SeriesStyle(.ink, marker: .square), [.init(x: 1, y: 0.5, runs: [0.5])])])
    #expect(try !drawn(single).svg().contains("<circle"))
  }
}
