import Foundation
import Images
import Support
import Testing

@testable import WeakSupervision

@Suite struct PAMRTests {
  /// The formula as PAMR's documentation has it, pixel by pixel in double precision.
  private func reference(_ pamr: PAMR, _ image: Image, _ scores: ClassScores) -> [Double] {
    let (height, width, classes) = (image.height, image.width, scores.classes)
    func neighbours(_ x: Int, _ y: Int, withItself: Bool) -> [(x: Int, y: Int)] {
      pamr.dilations.flatMap { d in
        (-1...1).flatMap { dy in
          (-1...1).compactMap { dx in
            if dx == 0 && dy == 0 && !withItself { return nil }
            return (x: min(max(x + d * dx, 0), width - 1), y: min(max(y + d * dy, 0), height - 1))
          }
        }
      }
    }
    var current = scores.values.map(Double.init)
    for _ in 0..<pamr.iterations {
      var next = current
      for y in 0..<height {
        for x in 0..<width {
          var logits = [Double](repeating: 0, count: 8 * pamr.dilations.count)
          for c in 0..<image.channels {
            let window = neighbours(x, y, withItself: true).map { Double(image[$0.x, $0.y, c]) }
            let mean = window.reduce(0, +) / Double(window.count)
            let squares = window.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            let deviation = (squares / Double(window.count - 1)).squareRoot()
            for (n, place) in neighbours(x, y, withItself: false).enumerated() {
              let change = abs(Double(image[place.x, place.y, c]) - Double(image[x, y, c]))
              logits[n] -= change / (1e-8 + 0.1 * deviation) / Double(image.channels)
            }
          }
          let exponentials = logits.map { exp($0 - (logits.max() ?? 0)) }
          let sum = exponentials.reduce(0, +)
          for k in 0..<classes {
            next[(y * width + x) * classes + k] = zip(exponentials, neighbours(x, y, withItself: false)).reduce(0.0) {
              $0 + $1.0 / sum * current[($1.1.y * width + $1.1.x) * classes + k]
            }
          }
        }
      }
      current = next
    }
    return current
  }

  @Test(arguments: [(1, 1), (3, 2), (1, 9), (3, 11), (3, 17)])
  func asTheFormula(channels: Int, classes: Int) throws {
    let image = twoColours(height: 7, width: 9, channels: channels, seed: 1)
    let scores = randomScores(height: 7, width: 9, classes: classes, seed: 2)
    for pamr in [PAMR(), PAMR(dilations: [1], iterations: 1), PAMR(dilations: [2, 5], iterations: 3)] {
      let found = try pamr.refine(image, scores)
      #expect(difference(found.values, reference(pamr, image, scores).map(Float.init)).largest < 1e-4)
    }
  }

  @Test func onePixelStays() throws {
    let scores = ClassScores(height: 1, width: 1, classes: 2, values: [0.25, -4])
    let found = try PAMR().refine(Image(width: 1, height: 1, channels: 3, fill: 0.5), scores)
    #expect(difference(found.values, scores.values).largest < 1e-5)
  }

  /// Every neighbour counts alike: on a line of three pixels with one dilation, six of the eight neighbours of an end lie
  /// (clamped) in its own column or the border's, the same as by hand.
  @Test func constantColourAveragesPlaces() throws {
    let image = Image(width: 3, height: 1, channels: 3, fill: 0.3)
    let scores = ClassScores(height: 1, width: 3, classes: 1, values: [8, 0, 16])
    let found = try PAMR(dilations: [1], iterations: 1).refine(image, scores)
    // Column 0 sees itself 3 + 2 times and column 1 three times; column 1 sees its sides 3 times and itself twice.
    #expect(difference(found.values, [5, 9, 10]).largest < 1e-5)
  }

  @Test func scoresStayWithinBoundsAndKeepTheirSum() throws {
    let image = twoColours(height: 12, width: 10, channels: 3, seed: 3)
    let scores = randomScores(height: 12, width: 10, classes: 5, seed: 4)
    let found = try PAMR().refine(image, scores)
    for sum in found.sums { #expect(abs(sum - 1) < 1e-4) }
    for k in 0..<5 {
      let before = (0..<120).map { scores.values[5 * $0 + k] }
      let after = (0..<120).map { found.values[5 * $0 + k] }
      #expect((after.min() ?? 0) >= (before.min() ?? 0) - 1e-5 && (after.max() ?? 0) <= (before.max() ?? 0) + 1e-5)
    }
  }

  @Test func orderOfClassesDoesNotMatter() throws {
    let image = twoColours(height: 6, width: 7, channels: 1, seed: 5)
    let scores = randomScores(height: 6, width: 7, classes: 9, seed: 6)
    let order = [8, 2, 0, 1, 7, 3, 6, 5, 4]
    #expect(
      difference(
        try PAMR().refine(image, scores.permuted(order)).values, try PAMR().refine(image, scores).permuted(order).values
      ).largest < 1e-6)
  }

  @Test func impossibleInput() {
    let image = Image(width: 3, height: 2, channels: 3, fill: 0)
    let fine = ClassScores(height: 2, width: 3, classes: 2, fill: 0.5)
    for pamr in [
      PAMR(dilations: []), PAMR(dilations: [0]), PAMR(dilations: Array(1...17)), PAMR(iterations: -1),
    ] {
      #expect(throws: InputError.self) { try pamr.refine(image, fine) }
    }
    #expect(throws: InputError.self) { try PAMR().refine(image, ClassScores(height: 2, width: 2, classes: 2, fill: 1)) }
    #expect(throws: InputError.self) {
      try PAMR().refine(image, ClassScores(height: 2, width: 3, classes: 2, fill: .nan))
    }
  }
}
