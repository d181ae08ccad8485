import Datasets
import Figures
import Foundation
import Images
import Rewards
import Rows
import Support
import Tensors
import Training

/// What the policy samples while it learns, with PSD alone and with PSR before it: action maps of one image, where two of them
/// differ, and the policy's entropy, at five moments of a run.
///
/// No record is kept for it: the runs take seconds and give the same bits each time, so the figure is made by training.
package struct ActionMapsFigure: Sendable {
  package let row: Row
  package static let seed: UInt64 = 1
  package static let name = "action-maps"
  package static let caption =
    "Sampled action maps of one image, where a pair of them differs, and the policy's entropy, over a run of fashion32/image;"
    + " and the same with PSR's coarse maps first."

  package init(row: Row = .fashion32Image) { self.row = row }

  /// The same row with PSR: it is one of the ablation's.
  private var coarseFirst: Row? {
    Row.ablation(of: row).first {
      $0.recipe.scales != .full && $0.recipe.advantage == row.recipe.advantage && $0.recipe.syncAN == row.recipe.syncAN
    }
  }

  /// A pair of the maps is shown; it and the entropy are of the first image of the validation split.
  private static let mapsShown = 2

  /// What is shown of one moment.
  struct Moment {
    var step: Int
    /// Along the shorter side; `GridSchedule.pixels` is one a pixel.
    var cells: Int
    var maps: [LabelMap]
    var rewards: [Double]
    /// Entropy of each unit's class as a part of the most there can be, log K.
    var entropy: [Double]

    var meanEntropy: Double { entropy.reduce(0, +) / Double(max(1, entropy.count)) }
    /// In the second map's reward over the first's.
    var gain: Double { rewards[1] - rewards[0] }
    /// Where the second map differs from the first, as its class there and `same` elsewhere.
    func difference(same: UInt8) -> LabelMap {
      var map = maps[1]
      for p in map.classes.indices where map.classes[p] == maps[0].classes[p] { map.classes[p] = same }
      return map
    }
  }

  /// Parts of the run after which the policy is looked at: in each of PSR's first two stages, and then ever less often, since the
  /// policy changes fastest at first.
  static func steps(of count: Int) -> [Int] {
    [0.01, 0.15, 0.25, 0.5, 1].map { max(1, Int((Double(count) * $0).rounded())) }
      .reduce(into: []) { if $0.last != $1 { $0.append($1) } }
  }

  /// Trains twice, which takes as long as the row does twice.
  ///
  /// - Throws: `InputError` as training does.
  package func draw(_ typeface: Typeface) throws -> Drawing {
    let splits = try row.data.load()
    let sample = try splits.validation.sample(at: 0)
    let plain = try moments(of: row, splits, sample)
    let coarse = try coarseFirst.map { try moments(of: $0, splits, sample) }
    let colours = palette(classes: splits.validation.classes.count, background: splits.backgroundClass)
    let legend =
      zip(splits.validation.classes, colours).map { Legend.Entry($0, .box(.colour($1))) }
      + [.init("the same in both maps", .box(.colour(Self.same)))]
    return page(sample, plain, coarse ?? [], colours, Legend(legend), typeface)
  }

  private func moments(of row: Row, _ splits: DatasetSplits, _ sample: Sample) throws -> [Moment] {
    let trainer = try Trainer(row.recipe, on: splits, seed: Self.seed)
    let one = InMemoryDataset(name: "image", classes: splits.validation.classes, samples: [sample])
    let (item, labels) = try LabelledEvaluationBatches(
      dataset: one, batchSize: 1, normalization: trainer.normalization, multiple: trainer.network.sizeMultiple
    ).batch(at: 0)
    let steps = Self.steps(of: row.recipe.steps)
    var moments: [Moment] = []
    _ = try trainer.run { event in
      guard case .step(let step) = event, steps.contains(step.step) else { return }
      moments.append(moment(trainer, row.recipe, item.batch, labels, step: step.step))
    }
    return moments
  }

  private func moment(
    _ trainer: Trainer, _ recipe: Recipe, _ batch: Batch, _ labels: [UInt8], step: Int
  ) -> Moment {
    let pixels = Tensor(batch.pixels, shape: batch.shape)
    let logits = trainer.network.logits(Variable(pixels), on: Tape(recording: false)).value
    // The grid of the step that has just been taken; steps count from 1 here.
    let cells = recipe.scales.cells(at: step - 1, of: recipe.steps)
    let grid = ScaleGrid(cells: cells, height: batch.height, width: batch.width)
    let sampled = ActionMaps(
      sampling: Self.mapsShown, from: logits, void: batch.void, grid: grid, seed: Self.seed, step: step)
    let most = log(Double(sampled.classes))
    let probabilities = sampled.probabilities.withScalars { scalars in
      (0..<sampled.units * sampled.classes).map { scalars[$0] }
    }
    let entropy = (0..<sampled.units).map { unit in
      let policy = probabilities[unit * sampled.classes..<(unit + 1) * sampled.classes]
      return policy.reduce(0.0) { $1 > 0 ? $0 - Double($1) * log(Double($1)) : $0 } / most
    }
    return Moment(
      step: step, cells: grid == nil ? GridSchedule.pixels : cells,
      maps: (0..<Self.mapsShown).map {
        LabelMap(width: batch.width, height: batch.height, classes: sampled.map($0, ofImage: 0))
      },
      rewards: sampled.rewards(recipe.score, labels: labels).values, entropy: entropy)
  }

  /// Light, so that what differs stands out; no class has a grey.
  private static let same = RGB(red: 225, green: 225, blue: 225)

  /// The first map of a pair, and the second where it differs.
  private func pair(
    _ moments: [Moment], _ colours: [RGB], titles: (String, String), heads: (ImageGrid.Cell, ImageGrid.Cell)
  ) -> [ImageGrid.Row] {
    let same = UInt8(colours.count)
    func unit(_ cells: Int) -> String { cells == GridSchedule.pixels ? "each pixel" : "\(cells) × \(cells)" }
    let first = moments.map { moment in
      ImageGrid.Cell(
        Picture(moment.maps[0], palette: colours),
        caption: String(format: "\(unit(moment.cells)): %.2f", moment.rewards[0]))
    }
    let second = moments.map { moment in
      let map = moment.difference(same: same)
      let differing = map.classes.count { $0 != same }
      return ImageGrid.Cell(
        Picture(map, palette: colours + [Self.same]),
        caption: "\(100 * differing / max(1, map.classes.count))% differ: \(Ticks.signed(moment.gain, decimals: 3))")
    }
    return [ImageGrid.Row(titles.0, [heads.0] + first), ImageGrid.Row(titles.1, [heads.1] + second)]
  }

  private func page(
    _ sample: Sample, _ plain: [Moment], _ coarse: [Moment], _ colours: [RGB], _ legend: Legend, _ typeface: Typeface
  ) -> Drawing {
    // The policy's frame: the image, padded to what the network takes.
    func shades(_ moment: Moment) -> Picture {
      Picture(
        width: moment.maps[0].width, height: moment.maps[0].height,
        bytes: moment.entropy.flatMap { value -> [UInt8] in
          let shade = HeatMap.shade(value)
          return [shade.red, shade.green, shade.blue]
        })
    }
    var rows = pair(
      plain, colours,
      titles: (
        "A map sampled from the policy, and its reward",
        "Another map where it differs, and what it gains: PSD credits that gain to these pixels alone"
      ),
      heads: (
        .init(Picture(sample.image), caption: "image"),
        .init(Picture(sample.labels, palette: colours), caption: "truth")
      ))
    rows.append(
      ImageGrid.Row(
        "Entropy of the policy: white is certain, dark blue is uniform (log K)",
        [.init(nil)]
          + plain.map { .init(shades($0), caption: String(format: "mean %.2f log K", $0.meanEntropy)) }))
    if !coarse.isEmpty {
      rows += pair(
        coarse, colours,
        titles: (
          "With PSR before it: one class for each cell of a coarse grid, so a reward is about fewer choices",
          "Another such map where it differs, and what it gains"
        ), heads: (.init(nil), .init(nil)))
    }
    let told = plain.map {
      String(
        format: "step %d: rewards %.2f and %.2f, mean entropy %.2f log K", $0.step, $0.rewards[0], $0.rewards[1],
        $0.meanEntropy)
    }
    var page = FigurePage(
      headline: "What the policy samples while it learns from scores alone", width: Drawing.pageWidth,
      description: "\(Self.caption) \(told.joined(separator: "; ")).", typeface)
    page.add(legend)
    let grid = ImageGrid(columns: [""] + plain.map { "Step \($0.step)" }, rows: rows)
    page.add(height: grid.height(width: page.width, typeface)) { area, drawing in
      grid.draw(in: area, on: &drawing, typeface)
    }
    page.add(
      note:
        "\(([row] + [coarseFirst].compactMap(\.self)).map(\.name).joined(separator: " and ")), seed \(Self.seed),"
        + " \(row.recipe.steps) steps; the first image of the validation split. The reward of a map is its mean IoU over the"
        + " classes present: all that the learner is told.")
    return page.finished()
  }
}
