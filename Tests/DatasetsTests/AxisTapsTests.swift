import Testing

@testable import Datasets

@Suite struct AxisTapsTests {
  private func apply(_ taps: AxisTaps, _ values: [Float]) -> [Float] {
    taps.starts.indices.map { i in
      (0..<taps.length).reduce(0) { $0 + taps.weights[i * taps.length + $1] * values[taps.starts[i] + $1] }
    }
  }

  private func resize(_ values: [Float], to size: Int, reversed: Bool = false) -> [Float] {
    apply(AxisTaps(source: values.count, scaled: size, range: 0..<size, reversed: reversed), values)
  }

  @Test func sameSizeIsTheSame() { #expect(resize([1, 2, 3], to: 3) == [1, 2, 3]) }

  @Test func reversed() { #expect(resize([1, 2, 3], to: 3, reversed: true) == [3, 2, 1]) }

  @Test func onePixel() {
    #expect(resize([4], to: 5) == [4, 4, 4, 4, 4])
    #expect(resize([1, 2, 3, 4], to: 1) == [2.5])
  }

  @Test func halvingAverages() { #expect(resize([1, 3, 5, 9], to: 2) == [2, 7]) }

  @Test func threeToTwoSharesTheMiddle() {
    let result = resize([0, 3, 9], to: 2)
    #expect(abs(result[0] - 1) < 1e-6 && abs(result[1] - 7) < 1e-6)
  }

  @Test func doublingInterpolatesBetweenCentres() { #expect(resize([0, 4], to: 4) == [0, 1, 3, 4]) }

  @Test func weightsSumToOneAndStayInside() {
    for source in 1...40 {
      for scaled in 1...60 {
        let taps = AxisTaps(source: source, scaled: scaled, range: 0..<scaled)
        for i in 0..<scaled {
          let weights = taps.weights[i * taps.length..<(i + 1) * taps.length]
          #expect(abs(weights.reduce(0, +) - 1) < 1e-5, "\(source) to \(scaled)")
          #expect(weights.allSatisfy { $0 >= 0 })
          #expect(taps.starts[i] >= 0 && taps.starts[i] + taps.length <= source)
          #expect((0..<source).contains(taps.nearest[i]))
        }
      }
    }
  }

  /// The mean of an axis survives averaging: each source pixel has the same total weight.
  @Test func areaKeepsTheMean() {
    for (source, scaled) in [(10, 7), (9, 3), (7, 6), (160, 121)] {
      let values = (0..<source).map { Float(($0 * 7) % 11) }
      let mean = resize(values, to: scaled).reduce(0, +) / Float(scaled)
      #expect(abs(mean - values.reduce(0, +) / Float(source)) < 1e-4)
    }
  }

  @Test func aRangeIsAPartOfTheWhole() {
    let values: [Float] = [3, 1, 4, 1, 5, 9, 2]
    for size in [5, 7, 12] {
      let part = apply(AxisTaps(source: 7, scaled: size, range: 2..<5), values)
      #expect(part == Array(resize(values, to: size)[2..<5]))
    }
  }

  @Test func nearestPixels() {
    #expect(AxisTaps(source: 2, scaled: 4, range: 0..<4).nearest == [0, 0, 1, 1])
    #expect(AxisTaps(source: 6, scaled: 2, range: 0..<2, reversed: true).nearest == [4, 1])
  }

  @Test func placements() {
    func check(_ scaled: Int, _ frame: Int, _ share: Float, _ source: Range<Int>, _ target: Range<Int>) {
      let placement = Placement(scaled: scaled, frame: frame, share: share)
      #expect(placement.source == source && placement.target == target, "\(scaled) in \(frame) at \(share)")
    }
    check(4, 4, 0.3, 0..<4, 0..<4)
    check(6, 4, 0, 0..<4, 0..<4)
    check(6, 4, 0.5, 1..<5, 0..<4)
    check(6, 4, 0.999, 2..<6, 0..<4)
    check(4, 7, 0, 0..<4, 0..<4)
    check(4, 7, 0.5, 0..<4, 1..<5)
    check(4, 7, 0.999, 0..<4, 3..<7)
    check(1, 1, 0.999, 0..<1, 0..<1)
  }
}
