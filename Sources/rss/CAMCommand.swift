import ArgumentParser
import Foundation
import Images
import Support
import WeakSupervision

extension SeedMethod: ExpressibleByArgument {}

struct CAMCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cam", abstract: "Show where a classifier sees a class in one image (PNG or JPEG).")

  @Argument(help: "A weakly supervised run's classifier.safetensors.")
  var checkpoint: String

  @Argument(help: "The image.")
  var image: String

  @Option(name: .customLong("class"), help: "The class to look for.")
  var className: String

  @Option(help: "cam, gradcam or gradcam++.")
  var method: SeedMethod = .cam

  @Option(help: "Write the image with the map painted over it, as PNG.")
  var overlay: String?

  func run() throws {
    try reportingErrors {
      let checkpoint = try ClassifierCheckpoint(contentsOf: checkpoint)
      let output = try checkpoint.output(named: className)
      let picture = try ImageFile.read(at: image, channels: checkpoint.description.network.channels)
      if let overlay {
        let scores = try checkpoint.activation(of: output, in: picture, method: method)
        try PNG.write(heatOverlay(scores, on: picture), to: overlay)
      }
      for (name, probability) in zip(checkpoint.description.classes, try checkpoint.probabilities(of: picture)) {
        print(String(format: "%5.1f%%  ", 100 * probability) + name)
      }
    }
  }
}
