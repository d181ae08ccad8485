import ArgumentParser
import Metrics
import Ranks
import Rows
import Support
import Tables
import Training

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Measure a checkpoint on a data set.")

  @Argument(help: "A run's checkpoint.safetensors.")
  var checkpoint: String

  @Option(help: "fashion32, fashion64, camvid, or folder with --data. Default: the data of the checkpoint's row.")
  var dataset: String?

  @Flag(help: "Print one JSON object.")
  var json = false

  @OptionGroup var folder: FolderOptions
  @OptionGroup var threading: ThreadOptions
  @OptionGroup var ranks: RankOptions

  private struct Summary: Codable {
    var mIoU: Double?
    var pixelAccuracy: Double?
    var meanClassAccuracy: Double?
    var perClassIoU: [Double?]
    var meanBoundaryIoU: Double?
    var perClassBoundaryIoU: [Double?]
    var images: Int
  }

  func run() throws {
    try reportingErrors(isShared: true) { try withRanks(ranks, evaluate) }
  }

  private func evaluate(together ranks: any Communicator) throws {
    try threading.apply()
    let checkpoint = try Checkpoint(contentsOf: checkpoint)
    let name = dataset ?? (folder.data != nil ? "folder" : String(checkpoint.description.row.prefix { $0 != "/" }))
    let row = try folder.apply(to: Row.onDataset(name))
    let validation = try row.data.load().validation
    guard validation.classes == checkpoint.description.classes,
      [1, checkpoint.description.network.channels].contains(validation.channels)  // grey images feed colour networks
    else {
      throw InputError(
        self.checkpoint,
        found: "a network for \(checkpoint.description.network.channels) channel(s) and the classes "
          + checkpoint.description.classes.joined(separator: ", "),
        expected: "\(validation.channels) channel(s) and \(validation.classes.joined(separator: ", "))",
        advice: "Evaluate on the data it was trained for, or name the class map with --remap.")
    }
    let evaluator = try Evaluator(
      validation, normalization: checkpoint.description.normalization, multiple: checkpoint.network.sizeMultiple,
      ranks: ranks)
    try evaluator.requireMemory(for: checkpoint.description.network)
    let (confusion, boundaries) = try evaluator.evaluateWithBoundaries(checkpoint.network)
    guard ranks.isFirst else { return }
    if json {
      let summary = Summary(
        mIoU: confusion.meanIoU, pixelAccuracy: confusion.pixelAccuracy,
        meanClassAccuracy: confusion.meanClassAccuracy, perClassIoU: confusion.perClassIoU,
        meanBoundaryIoU: boundaries.meanIoU, perClassBoundaryIoU: boundaries.perClassIoU, images: validation.count)
      try printJSON(summary)
    } else {
      var table = perClassTable(confusion, classes: validation.classes, name: validation.name)
      table.columns.append("Boundary IoU")
      for (row, value) in (boundaries.perClassIoU + [boundaries.meanIoU]).enumerated() {
        table.rows[row].append(value.map { .number($0, digits: 3) } ?? .missing)
      }
      print(table.markdown)
    }
  }
}
