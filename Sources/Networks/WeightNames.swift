import Support
import Tensors

/// Finds a network's tensors in a file of another library by the names that it has there.
///
/// A network of ours is called as in smp: `encoder.` and then torchvision's or timm's name, `decoder.`, and
/// `segmentation_head.`. Files begin their names otherwise, or hold the encoder alone.
struct WeightNames {
  /// What stands before the encoder's own names, in the order in which they are tried.
  private static let prefixes = [
    "encoder.", "", "backbone.", "model.", "module.", "features_only.", "model.encoder.", "module.encoder.",
    "encoder.model.", "backbone.body.",
  ]

  private let prefix: String
  private let flattened: Bool

  /// - Parameters:
  ///   - names: of the file's tensors.
  ///   - expected: of the network's.
  /// - Returns: nil where the file holds none of its encoder.
  init?(in names: some Sequence<String>, for expected: some Sequence<String>) {
    let names = Set(names)
    let encoder = expected.filter { $0.hasPrefix("encoder.") }.map { String($0.dropFirst("encoder.".count)) }
    var best: (prefix: String, flattened: Bool, count: Int)?
    for prefix in Self.prefixes {
      for flattened in [false, true] {
        let count = encoder.count { names.contains(prefix + (flattened ? Self.flat($0) : $0)) }
        if count > best?.count ?? 0 { best = (prefix, flattened, count) }
      }
    }
    guard let best else { return nil }
    (prefix, flattened) = (best.prefix, best.flattened)
  }

  /// In the file, of one of the network's tensors.
  func name(of tensor: String) -> String {
    guard tensor.hasPrefix("encoder.") else {
      // smp's decoders lie beside its encoder, under what may stand before both.
      return prefix.hasSuffix("encoder.") ? String(prefix.dropLast("encoder.".count)) + tensor : tensor
    }
    let own = String(tensor.dropFirst("encoder.".count))
    return prefix + (flattened ? Self.flat(own) : own)
  }

  /// timm's names where only features are asked of it: `stem_0.weight`, `stages_1.blocks.0.gamma`.
  private static func flat(_ name: String) -> String {
    for group in ["stem.", "stages."] where name.hasPrefix(group) {
      return group.dropLast() + "_" + name.dropFirst(group.count)
    }
    return name
  }
}
