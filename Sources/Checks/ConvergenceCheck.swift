import Datasets
import Foundation
import Records
import Rows
import Runs
import Support
import Training

/// Re-runs the quick rows and holds how they converge against committed baselines: mIoU and the size of the gradient at
/// the last two of ten points of the run, where curves are steady. Earlier, seeds differ by which class they have found: ten
/// of them spread so far at step 200 that the check would have let through whatever is within 0.2 of their mean, and at step
/// 400 one of them was still five standard errors off.
///
/// Another seed gives another curve, and so does another CPU or number of threads, whose rounding sampling amplifies. So each
/// point may lie as far from the baseline's mean as seeds spread: five standard errors of the difference between the two
/// means, and no less than a floor. A point's spread is taken together with its neighbours', because that of ten seeds at
/// one point is itself uncertain by a quarter. The gradient's size is held on a logarithmic scale; it shows what mIoU hides,
/// since AdamW doesn't notice a factor on the gradient.
package struct ConvergenceCheck: Sendable {
  /// `rss check convergence` takes half a minute on two cores.
  package static let rows: [Row] = [
    .fashion32CrossEntropy, .fashion32PixelPropensity, .fashion32Image, .fashion32ImageRegression,
  ]
  /// Evaluations of a row's run, evenly spread.
  static let evaluations = 10
  /// The last ones, which are compared.
  static let points = 2
  /// Of normal values one check in 670 with nothing to find would fail (16 comparisons, Student's t with 18 degrees of
  /// freedom). Curves have longer tails, as where a class is found late.
  static let standardErrors = 5.0
  /// Least tolerance of mIoU: seeds that happen to agree promise no more.
  static let leastIoU = 0.03
  /// Least tolerance of the natural logarithm of the gradient's norm.
  static let leastLogNorm = 0.5

  /// What a run gave at one point.
  package struct Point: Codable, Sendable, Equatable {
    package var step: Int
    package var mIoU: Double
    /// Natural logarithm of the gradient's global norm, mean over the steps of the metrics line that ends here.
    package var logGradientNorm: Double

    package init(step: Int, mIoU: Double, logGradientNorm: Double) {
      (self.step, self.mIoU, self.logGradientNorm) = (step, mIoU, logGradientNorm)
    }
  }

  /// Curves of one row, one for each seed from 1 on.
  package struct Baseline: Codable, Sendable, Equatable {
    package var row: String
    package var curves: [[Point]]

    package init(row: String, curves: [[Point]]) { (self.row, self.curves) = (row, curves) }
  }

  package var rows: [Row]
  /// Seeds of a check, from 1 on.
  package var seeds: Int

  package init(rows: [Row] = rows, seeds: Int = 1) {
    precondition(seeds >= 1, "a check needs a run")
    (self.rows, self.seeds) = (rows.map(Self.measured), seeds)
  }

  /// A row evaluated so often that the points are among its evaluations.
  static func measured(_ row: Row) -> Row {
    var row = row
    row.recipe.evaluations = evaluations
    return row
  }

  /// Runs every row with every seed; `report` sees each curve as it is done.
  ///
  /// - Parameter train: makes the curve of a row and a seed.
  package func curves(
    train: (Row, UInt64) throws -> [Point], report: (Row, UInt64, [Point]) -> Void = { _, _, _ in }
  ) rethrows -> [Baseline] {
    try rows.map { row in
      Baseline(
        row: row.name,
        curves: try (1...UInt64(seeds)).map { seed in
          let curve = try train(row, seed)
          report(row, seed, curve)
          return curve
        })
    }
  }

  /// Trains in a folder of its own and reads the curve back from its metrics.
  package static func train(_ row: Row, seed: UInt64, on data: DatasetSplits, under folder: String) throws -> [Point] {
    // A name of its own: there, it replaces no run but an earlier check's.
    let run = "\(runFolder(of: row.name, seed: seed, under: folder))-check"
    _ = try Runner(row, seed: seed, folder: run).run(on: data, keeping: RunKeeping(overwrite: true))
    let lines = try MetricsReading(contentsOf: "\(run)/metrics.jsonl").lines
    let compared = steps(of: row)
    return lines.filter { $0.mIoU != nil && compared.contains($0.step) }.compactMap { evaluation in
      guard let mIoU = evaluation.mIoU,
        let norm = lines.last(where: { $0.step <= evaluation.step && $0.gradientNorm != nil })?.gradientNorm
      else { return nil }
      return Point(step: evaluation.step, mIoU: mIoU, logGradientNorm: log(max(norm, 1e-30)))
    }
  }

  /// The steps of a row's run that are compared.
  static func steps(of row: Row) -> [Int] {
    (1...row.recipe.steps).filter(row.recipe.isEvaluated).suffix(points)
  }

  /// One comparison: a quantity of a row at a step.
  package struct Finding: Codable, Sendable, Equatable {
    package var row: String
    package var quantity: String
    package var step: Int
    package var found: Double
    package var baseline: Double
    package var tolerance: Double

    /// False also where what was found isn't a number.
    package var holds: Bool { abs(found - baseline) <= tolerance }

    /// `fashion32/image: mIoU at step 500 is 0.412, baseline 0.676 give or take 0.049`
    package var text: String {
      String(
        format: "%@: %@ at step %d is %.3f, baseline %.3f give or take %.3f", row, quantity, step, found, baseline,
        tolerance)
    }
  }

  /// Holds curves against baselines.
  ///
  /// - Throws: `InputError` as `validate`.
  package func compare(_ found: [Baseline], with baselines: [Baseline], named file: String) throws -> [Finding] {
    try found.flatMap { mine -> [Finding] in
      let steps = mine.curves.first.map { $0.map(\.step) } ?? []
      let baseline = try Self.baseline(of: mine.row, at: steps, in: baselines, named: file)
      for curve in mine.curves where curve.map(\.step) != steps {
        throw InputError(
          "a run of \(mine.row)", found: "a curve at steps \(curve.map(\.step))", expected: "steps \(steps)",
          advice: "See its metrics.jsonl.")
      }
      return steps.indices.flatMap { index in
        [
          Self.finding("mIoU", mine, baseline, index, \.mIoU, least: Self.leastIoU),
          Self.finding("log gradient norm", mine, baseline, index, \.logGradientNorm, least: Self.leastLogNorm),
        ]
      }
    }
  }

  /// Whether there is something to compare with: known before anything is trained.
  ///
  /// - Throws: `InputError` where a row has no baseline, or one with other points.
  package func validate(_ baselines: [Baseline], named file: String) throws {
    for row in rows {
      _ = try Self.baseline(of: row.name, at: Self.steps(of: row), in: baselines, named: file)
    }
  }

  private static func baseline(
    of row: String, at steps: [Int], in baselines: [Baseline], named file: String
  ) throws -> Baseline {
    guard let baseline = baselines.first(where: { $0.row == row }), !baseline.curves.isEmpty else {
      throw InputError(
        file, found: "no baseline of \(row)", expected: "one curve at least",
        advice: "Write baselines with rss check convergence --update.")
    }
    for curve in baseline.curves where curve.map(\.step) != steps {
      throw InputError(
        file, found: "\(row) at steps \(curve.map(\.step))", expected: "steps \(steps)",
        advice: "The row has changed: write new baselines with rss check convergence --update.")
    }
    return baseline
  }

  private static func finding(
    _ quantity: String, _ mine: Baseline, _ baseline: Baseline, _ index: Int, _ value: (Point) -> Double, least: Double
  ) -> Finding {
    func values(_ one: Baseline, _ index: Int) -> [Double] { one.curves.map { value($0[index]) } }
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    func variance(_ values: [Double]) -> Double {
      let center = mean(values)
      return values.count > 1
        ? values.reduce(0) { $0 + ($1 - center) * ($1 - center) } / Double(values.count - 1) : 0
    }
    let (found, known) = (values(mine, index), values(baseline, index))
    let around = baseline.curves[0].indices.clamped(to: index - 1..<index + 2)
    let spread = mean(around.map { variance(values(baseline, $0)) }).squareRoot()
    let error = spread * (1 / Double(found.count) + 1 / Double(known.count)).squareRoot()
    return Finding(
      row: mine.row, quantity: quantity, step: baseline.curves[0][index].step, found: mean(found),
      baseline: mean(known),
      tolerance: max(least, standardErrors * error))
  }

  /// - Throws: `InputError` that names the file.
  package static func readBaselines(_ path: String) throws -> [Baseline] {
    let bytes = try FileBytes.read(
      path, expected: "baselines",
      advice: "Write them with rss check convergence --update, or name another file with --baselines.")
    do {
      return try JSONDecoder().decode([Baseline].self, from: Data(bytes))
    } catch {
      throw InputError(
        path, found: "something that isn't a list of baselines", expected: "what rss check convergence --update writes",
        advice: "Write it anew, or take it from the repository.")
    }
  }

  package static func write(_ baselines: [Baseline], to path: String) throws {
    try AtomicFile.write(CanonicalJSON.encode(baselines, layout: .pretty, of: path), to: path)
  }
}
