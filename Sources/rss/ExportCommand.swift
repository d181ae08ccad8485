import ArgumentParser
import Foundation
import ONNX
import Records

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write a run for other programs.", subcommands: [ONNX.self, TensorBoard.self])

  struct ONNX: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "onnx", abstract: "Write a checkpoint's network as an ONNX model.",
      discussion: """
        Its input `image` is float32 [N, C, H, W], channels of 0 to 255, of any N, H and W. Its outputs are `logits` and \
        `labels`, of the image's size; of a classifier `logits` alone, [N, K].
        """)

    @Argument(help: "A run's checkpoint.safetensors or classifier.safetensors.")
    var checkpoint: String

    @Argument(help: "The new file.")
    var out: String

    func run() throws {
      try reportingErrors {
        try ONNXModel.requireFree(out)
        try ONNXModel(contentsOf: checkpoint).write(to: out)
        print(out)
      }
    }
  }

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
