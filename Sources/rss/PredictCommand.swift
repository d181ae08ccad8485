import ArgumentParser
import Foundation
import Images
import Support
import Training

struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict", abstract: "Segment one image (PNG or JPEG).")

  @Argument(help: "A run's checkpoint.safetensors.")
  var checkpoint: String

  @Argument(help: "The image.")
  var image: String

  @Option(help: "Write the image with its classes painted over it, as PNG.")
  var overlay: String?

  @Option(help: "Write the classes as a palette PNG whose raw indices are the class ids.")
  var mask: String?

  func run() throws {
    try reportingErrors {
      let checkpoint = try Checkpoint(contentsOf: checkpoint)
      let description = checkpoint.description
      let picture = try ImageFile.read(at: image, channels: description.network.channels)
      let labels = try checkpoint.predict(picture)
      let colours = palette(classes: description.classes.count, background: description.backgroundClass)
      if let mask { try PNG.write(labels, palette: colours, to: mask) }
      if let overlay {
        let painted = Images.overlay(
          labels, on: picture, palette: colours, background: description.backgroundClass)
        try PNG.write(painted, to: overlay)
      }
      let total = Double(labels.classes.count)
      for (k, count) in labels.histogram(classes: description.classes.count).enumerated() where count > 0 {
        print(String(format: "%5.1f%%  ", 100 * Double(count) / total) + description.classes[k])
      }
    }
  }
}
