import Datasets
import Figures
import Foundation
import Images
import Rewards
import Support
import Tensors
import Training

/// What the policy samples while it learns: action maps of one image and the policy's entropy at five moments of a run.
///
/// No record is kept for it: the run takes seconds and gives the same bits each time, so the figure is made by training.
public struct ActionMapsFigure: Sendable {
  public let row: Row
  public static let seed: UInt64 = 1
  public static let name = "action-maps"
  public static let caption =
    "Sampled action maps of one image, their rewards, and the policy's entropy, over a run of fashion32/image."

  public init(row: Row = .fashion32Image) { self.row = row }

  /// Two of the maps are shown; they and the entropy are of the first image of the validation split.
  private static let mapsShown = 2

  /// What is shown of one moment.
  struct Moment {
    var step: Int
    var maps: [LabelMap]
    var rewards: [Double]
    /// Entropy of each pixel's class as a part of the most there can be, log K.
    var entropy: [Double]

    var meanEntropy: Double { entropy.reduce(0, +) / Double(max(1, entropy.count)) }
  }

  /// Parts of the run after which the policy is looked at; early ones lie closer together, where it changes fastest.
  static func steps(of count: Int) -> [Int] {
    [0.01, 0.1, 0.25, 0.5, 1].map { max(1, Int((Double(count) * $0).rounded())) }
      .reduce(into: []) { if $0.last != $1 { $0.append($1) } }
  }

  /// Trains, which takes as long as the row does.
  ///
  /// - Throws: `InputError` as training does.
  public func draw(_ typeface: Typeface) throws -> Drawing {
    let splits = try row.data.load()
    let trainer = try Trainer(row.recipe, on: splits, seed: Self.seed)
    let sample = try splits.validation.sample(at: 0)
    let one = InMemoryDataset(name: "image", classes: splits.validation.classes, samples: [sample])
    let item = try EvaluationBatches(
      dataset: one, batchSize: 1, normalization: trainer.normalization, multiple: trainer.network.sizeMultiple
    ).batch(at: 0)
    let steps = Self.steps(of: row.recipe.steps)
    var moments: [Moment] = []
    _ = try trainer.run { event in
      guard case .step(let step) = event, steps.contains(step.step) else { return }
      moments.append(moment(trainer, item.batch, step: step.step))
    }
    let colours = palette(classes: splits.validation.classes.count, background: splits.backgroundClass)
    let legend = zip(splits.validation.classes, colours).map { Legend.Entry($0, .box(.colour($1))) }
    return page(sample, moments, colours, Legend(legend), typeface)
  }

  private func moment(_ trainer: Trainer, _ batch: Batch, step: Int) -> Moment {
    let pixels = Tensor(batch.pixels, shape: [batch.count, batch.height, batch.width, batch.channels])
    let logits = trainer.network.logits(Variable(pixels), on: Tape(recording: false)).value
    let sampled = ActionMaps(sampling: Self.mapsShown, from: logits, labels: batch.labels, seed: Self.seed, step: step)
    let most = log(Double(sampled.classes))
    let probabilities = sampled.probabilities.withScalars { scalars in
      (0..<sampled.units * sampled.classes).map { scalars[$0] }
    }
    let entropy = (0..<sampled.units).map { unit in
      let policy = probabilities[unit * sampled.classes..<(unit + 1) * sampled.classes]
      return policy.reduce(0.0) { $1 > 0 ? $0 - Double($1) * log(Double($1)) : $0 } / most
    }
    return Moment(
      step: step,
      maps: (0..<Self.mapsShown).map {
        LabelMap(width: batch.width, height: batch.height, classes: sampled.map($0, ofImage: 0))
      },
      rewards: sampled.rewards(row.recipe.score, labels: batch.labels).values, entropy: entropy)
  }

  private func page(_ sample: Sample, _ moments: [Moment], _ colours: [RGB], _ legend: Legend, _ typeface: Typeface)
    -> Drawing
  {
    let (width, height) = (sample.image.width, sample.image.height)
    func shades(_ values: [Double]) -> Picture {
      Picture(
        width: width, height: height,
        bytes: values.flatMap { value -> [UInt8] in
          let shade = HeatMap.shade(value)
          return [shade.red, shade.green, shade.blue]
        })
    }
    let heads: [(title: String, cell: ImageGrid.Cell)] = [
      ("A sampled map", .init(Picture(sample.image), caption: "image")),
      ("Another map of the same policy", .init(Picture(sample.labels, palette: colours), caption: "truth")),
    ]
    let maps = heads.enumerated().map { m, head in
      ImageGrid.Row(
        head.title,
        [head.cell]
          + moments.map { moment in
            .init(
              Picture(moment.maps[m], palette: colours), caption: String(format: "reward %.2f", moment.rewards[m]))
          })
    }
    let entropy = ImageGrid.Row(
      "Entropy of the policy: white is certain, dark blue is uniform (log K)",
      [.init(nil)]
        + moments.map { .init(shades($0.entropy), caption: String(format: "mean %.2f log K", $0.meanEntropy)) })
    let told = moments.map {
      String(
        format: "step %d: rewards %.2f and %.2f, mean entropy %.2f log K", $0.step, $0.rewards[0], $0.rewards[1],
        $0.meanEntropy)
    }
    var page = FigurePage(
      headline: "What the policy samples while it learns from scores alone", width: Drawing.pageWidth,
      description: "\(Self.caption) \(told.joined(separator: "; ")).", typeface)
    page.add(legend)
    let grid = ImageGrid(columns: [""] + moments.map { "Step \($0.step)" }, rows: maps + [entropy])
    page.add(height: grid.height(width: page.width, typeface)) { area, drawing in
      grid.draw(in: area, on: &drawing, typeface)
    }
    page.add(
      note:
        "\(row.name), seed \(Self.seed), \(row.recipe.steps) steps; the first image of the validation split. The reward of a map is"
        + " its mean IoU over the classes present: all that the learner is told.")
    return page.finished()
  }
}
