import Networks
import Support
import Training
import WeakSupervision

extension ONNXModel {
  /// A checkpoint of a segmentation network or of a classifier.
  ///
  /// - Throws: `InputError` that names the file, as reading a checkpoint does, and as writing its network down.
  public init(contentsOf path: String) throws {
    if try SafetensorsFile(path).metadata[ClassifierCheckpoint.key] != nil {
      try self.init(ClassifierCheckpoint(contentsOf: path))
    } else {
      try self.init(Checkpoint(contentsOf: path))
    }
  }

  /// A trained segmentation network.
  ///
  /// - Throws: `InputError` where the network can't be written down.
  public init(_ checkpoint: Checkpoint) throws {
    let description = checkpoint.description
    var metadata = [
      "classes": try json(description.classes), "row": description.row, "seed": "\(description.seed)",
      "steps": "\(description.steps)",
    ]
    metadata["background_class"] = description.backgroundClass.map { "\($0)" }
    try self.init(checkpoint.network, normalization: description.normalization, metadata: metadata)
  }

  /// A trained classifier.
  ///
  /// - Throws: `InputError` where the network can't be written down.
  public init(_ checkpoint: ClassifierCheckpoint) throws {
    let description = checkpoint.description
    try self.init(
      checkpoint.classifier, normalization: description.normalization,
      metadata: [
        "classes": json(description.classes), "row": description.row, "seed": "\(description.seed)",
      ])
  }
}
