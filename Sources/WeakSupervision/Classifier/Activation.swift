import Foundation
import Images
import Networks
import Support
import Tensors

/// Using a trained classifier on images.
extension ClassifierCheckpoint {
  /// The output of the class with this name.
  ///
  /// - Throws: `InputError` with the classes the classifier knows.
  public func output(named name: String) throws -> Int {
    if let output = description.classes.firstIndex(of: name) { return output }
    let near = nearestNames(to: name, in: description.classes)
    throw InputError(
      "class \(name)", found: "no class of this classifier",
      expected: "one of \(description.classes.joined(separator: ", "))",
      advice: near.isEmpty ? "Name one with --class." : "Did you mean \(near.joined(separator: " or "))?")
  }

  /// How probable it is for each class that the image shows it.
  public func probabilities(of image: Image) throws -> [Double] {
    try seedMaker(.cam).logits(of: image.converted(toChannels: description.network.channels))
      .map { 1 / (1 + exp(-Double($0))) }
  }

  /// Where the classifier sees a class: its normalised map at the image's size, the largest value 1 (or all 0 where
  /// nothing speaks for the class).
  ///
  /// - Parameter output: of the classifier.
  public func activation(of output: Int, in image: Image, method: SeedMethod) throws -> TagScores {
    // The name of the map's class doesn't matter here; outputs have at most 255 places.
    try seedMaker(method).scores(
      of: image.converted(toChannels: description.network.channels), outputs: [output],
      classes: [UInt8(truncatingIfNeeded: output)])
  }

  /// One scale, as the methods' papers show their maps.
  private func seedMaker(_ method: SeedMethod) -> SeedMaker {
    SeedMaker(classifier, normalization: description.normalization, method: method, scales: [1], mirrored: false)
  }
}

/// The image with one class's scores painted over it in red: nothing where they are 0, four fifths of the colour where
/// they are 1, so that the picture stays visible under it.
public func heatOverlay(_ scores: TagScores, on image: Image) -> Image {
  precondition(scores.classes.count == 1, "one class is painted")
  precondition(image.width == scores.width && image.height == scores.height, "an overlay has its image's size")
  let vermilion = OkabeIto.vermilion
  let colour = [vermilion.red, vermilion.green, vermilion.blue].map { Float($0) / 255 }
  var result = image.converted(toChannels: 3)
  for (p, score) in scores.values.enumerated() {
    for c in 0..<3 { result.values[3 * p + c] += 0.8 * score * (colour[c] - result.values[3 * p + c]) }
  }
  return result
}
