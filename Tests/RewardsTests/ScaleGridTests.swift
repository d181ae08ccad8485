import Images
import Tensors
import Testing

@testable import Rewards

@Suite struct ScaleGridTests {
  /// Shapes that aren't square, cells that don't divide them, one cell, nearly pixels.
  struct Shape: Sendable {
    var height: Int
    var width: Int
    var cells: Int
    static let all = [
      Shape(height: 8, width: 8, cells: 4), Shape(height: 7, width: 5, cells: 2), Shape(height: 5, width: 9, cells: 3),
      Shape(height: 6, width: 6, cells: 1), Shape(height: 3, width: 11, cells: 2), Shape(height: 6, width: 7, cells: 5),
    ]
  }

  @Test(arguments: Shape.all) func cellsCoverTheImage(_ shape: Shape) throws {
    let grid = try #require(ScaleGrid(cells: shape.cells, height: shape.height, width: shape.width))
    #expect(grid.side >= 2 && grid.rows * grid.side >= shape.height && (grid.rows - 1) * grid.side < shape.height)
    #expect(grid.columns * grid.side >= shape.width && (grid.columns - 1) * grid.side < shape.width)
    #expect(min(grid.rows, grid.columns) <= shape.cells)
  }

  @Test func fullResolutionNeedsNoGrid() {
    #expect(ScaleGrid(cells: GridSchedule.pixels, height: 8, width: 8) == nil)
    #expect(ScaleGrid(cells: 8, height: 8, width: 12) == nil)
    #expect(ScaleGrid(cells: 100, height: 8, width: 8) == nil)
    #expect(ScaleGrid(cells: 1, height: 1, width: 1) == nil)
  }

  @Test(arguments: Shape.all) func logitsAreMeansOverLabelledPixels(_ shape: Shape) throws {
    let grid = try #require(ScaleGrid(cells: shape.cells, height: shape.height, width: shape.width))
    let logits = randomTensor([2, shape.height, shape.width, 3], seed: 1)
    let labels = randomLabels(2 * shape.height * shape.width, classes: 3, seed: 2, void: 0.5)
    let pooled = grid.pool(logits, void: VoidMask(of: labels))
    let histogram = grid.histogram(of: labels, classes: 3)
    let (z, means) = (logits.scalars, pooled.logits.scalars)
    let pixels = shape.height * shape.width
    for n in 0..<2 {
      for cell in 0..<grid.rows * grid.columns {
        let members = (0..<pixels).filter {
          ($0 / shape.width) / grid.side * grid.columns + ($0 % shape.width) / grid.side == cell
        }.map { n * pixels + $0 }.filter { labels[$0] != 255 }
        let at = n * grid.rows * grid.columns + cell
        for k in 0..<3 {
          let mean = members.isEmpty ? 0 : members.reduce(0.0) { $0 + Double(z[$1 * 3 + k]) } / Double(members.count)
          #expect(abs(Double(means[at * 3 + k]) - mean) < 1e-6)
          #expect(Int(histogram[at * 4 + k]) == members.count { labels[$0] == k })
        }
        #expect(Int(histogram[at * 4 + 3]) == members.count && Int(pooled.counts[at]) == members.count)
      }
    }
  }

  /// <spread(g), z> = <g, pool(z)> for all g and z.
  @Test(arguments: Shape.all) func spreadingIsTheTransposeOfPooling(_ shape: Shape) throws {
    let grid = try #require(ScaleGrid(cells: shape.cells, height: shape.height, width: shape.width))
    let logits = randomTensor([2, shape.height, shape.width, 3], seed: 1)
    let labels = randomLabels(2 * shape.height * shape.width, classes: 3, seed: 2, void: 0.3)
    let gradient = randomTensor([2, grid.rows, grid.columns, 3], seed: 3)
    let pooled = grid.pool(logits, void: VoidMask(of: labels))
    let spread = grid.spread(gradient, counts: pooled.counts, void: VoidMask(of: labels))
    func product(_ a: Tensor, _ b: Tensor) -> Double {
      zip(a.scalars, b.scalars).reduce(0) { $0 + Double($1.0 * $1.1) }
    }
    #expect(abs(product(spread, logits) - product(gradient, pooled.logits)) < 1e-4)
    for u in labels.indices where labels[u] == 255 {
      #expect(spread.scalars[u * 3..<u * 3 + 3].allSatisfy { $0 == 0 })
    }
  }

  /// The reward of a coarse map is that of the enlarged map.
  @Test(arguments: Shape.all, Score.allCases) func rewardsAreOfTheEnlargedMap(_ shape: Shape, score: Score) throws {
    let grid = try #require(ScaleGrid(cells: shape.cells, height: shape.height, width: shape.width))
    let pixels = shape.height * shape.width
    let logits = randomTensor([2, shape.height, shape.width, 3], seed: 4)
    let labels = randomLabels(2 * pixels, classes: 3, seed: 5)
    let sampled = ActionMaps(sampling: 5, from: logits, void: VoidMask(of: labels), grid: grid, seed: 6, step: 0)
    let rewards = sampled.rewards(score, labels: labels)
    for n in 0..<2 {
      for m in 0..<5 {
        let map = sampled.map(m, ofImage: n)
        #expect(map.count == pixels)
        // A policy that is certain of the enlarged map samples nothing else.
        let certain = Tensor(
          map.flatMap { a in (0..<3).map { $0 == Int(a) ? 100 : -100 as Float } },
          shape: [1, shape.height, shape.width, 3])
        let truth = Array(labels[n * pixels..<(n + 1) * pixels])
        let alone = ActionMaps(sampling: 1, from: certain, void: VoidMask(of: truth), seed: 1, step: 0)
        #expect(alone.rewards(score, labels: truth).values == [rewards.values[n * 5 + m]])
      }
    }
  }

  /// Padded pixels are void and 0 in every map, also where their cell has an image in its other part.
  @Test(arguments: Shape.all) func voidPixelsAreZeroInEveryMap(_ shape: Shape) throws {
    let grid = try #require(ScaleGrid(cells: shape.cells, height: shape.height, width: shape.width))
    let pixels = shape.height * shape.width
    // Sure of class 2 everywhere, so that an action that is handed out would be seen.
    let logits = Tensor((0..<2 * pixels * 3).map { $0 % 3 == 2 ? 50 : 0 }, shape: [2, shape.height, shape.width, 3])
    let labels = (0..<2 * pixels).map { $0 % shape.width < shape.width / 2 ? 255 : 1 as UInt8 }
    for grid in [nil, grid] {
      let sampled = ActionMaps(
        sampling: 3, from: logits, void: VoidMask(of: labels), grid: grid, seed: 6, step: 0)
      for n in 0..<2 {
        for m in 0..<3 {
          let expected = labels[n * pixels..<(n + 1) * pixels].map { $0 == 255 ? 0 : 2 as UInt8 }
          #expect(sampled.map(m, ofImage: n) == expected)
        }
      }
    }
  }

  /// PSR's gradient is the estimator's on the cells, handed down to their pixels.
  @Test func theGradientIsThatOfTheCells() throws {
    let grid = try #require(ScaleGrid(cells: 2, height: 6, width: 8))
    let logits = randomTensor([2, 6, 8, 3], seed: 7)
    let labels = [UInt8](repeating: 255, count: 9) + randomLabels(87, classes: 3, seed: 8)
    let sampled = ActionMaps(sampling: 4, from: logits, void: VoidMask(of: labels), grid: grid, seed: 9, step: 0)
    let pooled = grid.pool(logits, void: VoidMask(of: labels))
    let void = pooled.counts.map { $0 == 0 ? 255 : 0 as UInt8 }
    let cells = ActionMaps(sampling: 4, from: pooled.logits, void: VoidMask(of: void), seed: 9, step: 0)
    let rewards = sampled.rewards(.meanIoU, labels: labels)
    for advantage in ImageAdvantage.allCases {
      let found = imagePolicyGradient(sampled, rewards: rewards, estimator: .init(advantage)).gradient
      let ofCells = imagePolicyGradient(cells, rewards: rewards, estimator: .init(advantage)).gradient
      #expect(found == grid.spread(ofCells, counts: pooled.counts, void: VoidMask(of: labels)))
    }
  }
}
