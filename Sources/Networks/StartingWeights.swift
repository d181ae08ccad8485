import Support
import Tensors

/// Weights to start a training from: of an encoder or a whole network, from torchvision, timm, smp or a checkpoint of ours.
///
/// Of the file only what the network has is read: classifiers and counters of batches are left out.
package struct StartingWeights {
  private let file: SafetensorsFile

  /// - Throws: `InputError` that names the file and what it is: a pickle, which is never read, no safetensors, cut off.
  package init(contentsOf path: String) throws {
    do {
      file = try SafetensorsFile(path, otherTypes: true)
    } catch let error as InputError {
      guard let kind = Self.pickle(path) else { throw error }
      throw InputError(
        path, found: kind, expected: "a safetensors file; a pickle runs whatever code it holds, and is never read",
        advice: "Fetch weights with data-scripts/weights, or save them with safetensors.torch.save_file.")
    }
  }

  /// What PyTorch's own file is, where the file begins as one.
  private static func pickle(_ path: String) -> String? {
    guard let start = FileBytes.start(of: path, 4) else { return nil }
    if start.starts(with: [0x50, 0x4B, 0x03, 0x04]) { return "a zip archive, as torch.save writes it around a pickle" }
    return start.first == 0x80 ? "a Python pickle" : nil
  }

  /// Gives a network what the file holds of it, or nothing where it throws.
  ///
  /// An encoder without its decoder is enough, and so is a network with another decoder or of other classes: decoder or head
  /// then start anew.
  ///
  /// - Returns: what the file didn't hold, in words, for whoever started the training.
  /// - Throws: `InputError` that names the first tensor which is missing, misshapen or not finite.
  package func load(into network: some Network) throws -> [String] {
    let expected = network.state.mapValues(\.shape)
    guard let names = WeightNames(in: file.shapes.keys, for: expected.keys) else {
      throw InputError(
        file.path,
        found: "tensors such as \(file.shapes.keys.sorted().prefix(3).map(printable).joined(separator: ", "))",
        expected:
          "an encoder's tensors, such as \(expected.keys.sorted().first { $0.hasPrefix("encoder.") } ?? "encoder.…")",
        advice: "Name weights of the same encoder.")
    }
    let rest = expected.keys.filter { !$0.hasPrefix("encoder.") }
    let decoder = rest.filter { !Self.isHead($0) }
    let hasDecoder = decoder.isEmpty || decoder.contains { file.shapes[names.name(of: $0)] != nil }
    var found: [String: String] = [:]  // the network's name, the file's
    var newHead: String?
    for (name, shape) in expected.sorted(by: { $0.key < $1.key }) {
      let other = names.name(of: name)
      if name.hasPrefix("encoder.") || hasDecoder && !Self.isHead(name) {
        try require(other, shape)
        found[name] = other
      } else if hasDecoder && file.shapes[other] == shape {
        found[name] = other
      } else if name.hasSuffix("weight") {
        newHead = name
      }
    }
    var notes: [String] = []
    if !hasDecoder {
      notes.append("the decoder starts anew: \(printable(file.path)) holds none of its tensors")
    } else if let newHead, let shape = expected[newHead] {
      let other = file.shapes[names.name(of: newHead)].map { "\($0[0])" } ?? "none"
      notes.append("the head starts anew: it has \(shape[0]) classes, and \(printable(file.path)) \(other)")
    }
    let tensors = try Safetensors(file, only: Set(found.values)).tensors
    var state = network.state
    for (name, other) in found { state[name] = tensors[other] }
    try network.load(state, from: file.path)
    return notes
  }

  private func require(_ name: String, _ shape: [Int]) throws {
    guard let other = file.shapes[name] else {
      throw InputError(
        file.path, found: "no tensor \(name)",
        expected: "every tensor of the encoder, and of the decoder if there is one, this one of shape \(shape)",
        advice: Self.advice(name))
    }
    guard other == shape else {
      throw InputError(
        file.path, found: "\(name) of shape \(other)", expected: "\(shape)", advice: Self.advice(name))
    }
  }

  private static func advice(_ name: String) -> String {
    name.hasPrefix("decoder.")
      ? "Set the decoder, separable and networkWidth that the file is of, or name a file of the encoder alone."
      : "Name weights of the same encoder, or set the encoder (or networkWidth) that they are of."
  }

  private static func isHead(_ name: String) -> Bool { name.hasPrefix("head.") || name.hasPrefix("segmentation_head.") }
}
