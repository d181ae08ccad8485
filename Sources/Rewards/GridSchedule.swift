/// How many cells a grid has along an image's shorter side as training goes on: `8:0.1, 16:0.2, full`.
///
/// Each stage is `cells:end`, the end as a fraction of training; the last stage is a number of cells alone, or `full` for
/// one cell a pixel. So `8:0.1, 16:0.2, full` is a grid of 8 for the first tenth of the steps, of 16 for the second, and
/// single pixels from then on.
public struct GridSchedule: Sendable, Equatable {
  /// One cell a pixel.
  public static let pixels = 0

  struct Stage: Sendable, Equatable {
    /// Along the shorter side; `pixels` is as many as there are pixels.
    var cells: Int
    /// Fraction of the steps at which the next stage begins.
    var end: Double
  }

  /// Ends rise strictly from above 0; the last is 1.
  let stages: [Stage]

  /// Single pixels from the first step on.
  public static let full = GridSchedule(always: pixels)
  /// One cell for the whole image from the first step on.
  public static let whole = GridSchedule(always: 1)

  /// The same grid for all steps.
  public init(always cells: Int) {
    precondition(cells >= 0, "a grid of \(cells) cells")
    stages = [Stage(cells: cells, end: 1)]
  }

  /// - Parameter stages: cells and the fraction of the steps at which the next stage begins, rising between 0 and 1.
  public init(stages: [(cells: Int, end: Double)], last: Int) {
    self.stages = stages.map { Stage(cells: $0.cells, end: $0.end) } + [Stage(cells: last, end: 1)]
    let ends = [0] + self.stages.map(\.end)
    precondition(zip(ends, ends.dropFirst()).allSatisfy { $0 < $1 }, "the ends rise from above 0 to 1")
    precondition(self.stages.allSatisfy { $0.cells >= 0 }, "a grid of less than no cells")
  }

  /// Cells along the shorter side at a step in `0..<steps`; `pixels` is one a pixel.
  public func cells(at step: Int, of steps: Int) -> Int {
    let fraction = Double(step) / Double(max(1, steps))
    return stages.first { fraction < $0.end }?.cells ?? stages[stages.count - 1].cells
  }

  /// The most cells that a grid of the schedule has on images of this size.
  package func most(height: Int, width: Int) -> Int {
    stages.map { RewardRegions.count(cells: $0.cells, height: height, width: width) }.max() ?? 1
  }
}

extension GridSchedule: LosslessStringConvertible {
  /// Nil where the text isn't a schedule: cells of 1 to 8192, ends that rise between 0 and 1, a last stage without end.
  public init?(_ description: String) {
    var stages: [Stage] = []
    let parts = description.split(separator: ",", omittingEmptySubsequences: false).map { $0.filter { $0 != " " } }
    for (index, part) in parts.enumerated() {
      let fields = part.split(separator: ":", omittingEmptySubsequences: false)
      let isLast = index == parts.count - 1
      guard let name = fields.first, fields.count == (isLast ? 1 : 2) else { return nil }
      let cells = name == "full" ? Self.pixels : Int(name).flatMap { (1...8192).contains($0) ? $0 : nil }
      let end = isLast ? 1 : Double(fields[1]).flatMap { $0 < 1 ? $0 : nil }
      guard let cells, let end, end > stages.last?.end ?? 0 else { return nil }
      stages.append(Stage(cells: cells, end: end))
    }
    self.stages = stages
  }

  /// As `init(_:)` takes it.
  public var description: String {
    stages.map { stage in
      let cells = stage.cells == Self.pixels ? "full" : "\(stage.cells)"
      return stage.end == 1 ? cells : "\(cells):\(stage.end)"
    }.joined(separator: ",")
  }
}

extension GridSchedule: Codable {
  /// Reads what `description` gives.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let schedule = GridSchedule(text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(text) is no schedule of grids")
    }
    self = schedule
  }

  /// Writes `description`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
