import Datasets
import Foundation
import Networks
import Support
import Tensors
import Training
import WeakSupervision

/// Readers of tensors and checkpoints.
///
/// - Parameter folder: an empty folder, in which small files are made as seeds.
/// - Throws: `InputError` where the folder can't be written to.
func networkTargets(folder: String) throws -> [FuzzTarget] {
  func seed(_ name: String, _ write: (String) throws -> Void) throws -> [UInt8] {
    let path = "\(folder)/\(name)"
    try write(path)
    return try FileBytes.read(path, expected: "a file just written", advice: "Free some space.")
  }
  let tensors = try seed("tensors") {
    try Safetensors(
      tensors: ["a": Tensor([1, 2], shape: [1, 2]), "b": Tensor([3], shape: [])],
      bytes: ["c": .init(shape: [3], values: [1, 2, 3])], metadata: ["m": "x"]
    ).write(to: $0)
  }
  let checkpoint = try seed("checkpoint") {
    let architecture = Architecture(channels: 1, width: 1, classes: 2)
    let description = Checkpoint.Description(
      network: architecture, classes: ["a", "b"], normalization: .identity(channels: 1), row: "r", seed: 1,
      steps: 1, backgroundClass: 0)
    try Checkpoint(description: description, network: architecture.network(seed: 1)).write(to: $0)
  }
  let classifier = try seed("classifier") {
    let network = Classifier(.init(channels: 1, width: 1, outputs: 2, outputStride: 4), seed: 1)
    let description = ClassifierCheckpoint.Description(
      network: network.configuration, classes: ["a", "b"], normalization: .identity(channels: 1), row: "r", seed: 1)
    try ClassifierCheckpoint(description: description, classifier: network).write(to: $0)
  }
  return [
    FuzzTarget(name: "safetensors", seeds: [tensors]) { _ = try Safetensors(contentsOf: $1) },
    FuzzTarget(name: "checkpoint", seeds: [checkpoint]) { _ = try Checkpoint(contentsOf: $1) },
    FuzzTarget(name: "classifier checkpoint", seeds: [classifier]) { _ = try ClassifierCheckpoint(contentsOf: $1) },
  ]
}
