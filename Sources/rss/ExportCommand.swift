import ArgumentParser
import Foundation
import Records

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write a run for other programs.", subcommands: [TensorBoard.self])

  struct TensorBoard: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "tensorboard", abstract: "Write a run's curves as TensorBoard's event file.",
      discussion: "Then: tensorboard --logdir runs")

    @Argument(help: "The run's folder.")
    var folder: String

    @Option(help: "Where the event file goes; default: the run's folder.")
    var out: String?

    func run() throws {
      try reportingErrors {
        let (path, warnings) = try TensorBoardEvents.export(run: folder, to: out)
        for warning in warnings { printError("warning: \(warning)") }
        print(path)
      }
    }
  }
}
