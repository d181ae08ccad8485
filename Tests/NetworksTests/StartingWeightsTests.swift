import Foundation
import Support
import Tensors
import TestSupport
import Testing

@testable import Networks

/// Weights of other libraries, found by the names that they have there.
@Suite struct StartingWeightsTests {
  private let architecture = Architecture(EncoderDecoder(.resnet18, .unet), classes: 3)

  /// Every tensor of a network of another seed, under other names.
  private func file(_ folder: TemporaryFolder, _ rename: (String) -> String?) throws -> (String, [String: Tensor]) {
    let state = architecture.network(seed: 2).state
    var tensors: [String: Tensor] = [:]
    for (name, tensor) in state { if let other = rename(name) { tensors[other] = tensor } }
    let path = "\(folder.path)/weights.safetensors"
    try Safetensors(tensors: tensors).write(to: path)
    return (path, state)
  }

  private func encoderOnly(_ prefix: String) -> (String) -> String? {
    { $0.hasPrefix("encoder.") ? prefix + $0.dropFirst("encoder.".count) : nil }
  }

  @Test(arguments: ["", "encoder.", "backbone.", "model.", "module.encoder."])
  func anEncoderAloneIsFoundBehindItsPrefix(prefix: String) throws {
    let folder = try TemporaryFolder()
    let (path, expected) = try file(folder, encoderOnly(prefix))
    let network = architecture.network(seed: 1)
    let before = network.state
    let notes = try StartingWeights(contentsOf: path).load(into: network)
    for (name, tensor) in network.state {
      #expect(tensor == (name.hasPrefix("encoder.") ? expected[name] : before[name]), "\(name)")
    }
    #expect(notes.count == 1 && notes.first?.contains("decoder starts anew") == true)
  }

  /// smp's whole network, also where a wrapper put its own word before every name.
  @Test(arguments: ["", "module."]) func aWholeNetworkIsTakenOver(prefix: String) throws {
    let folder = try TemporaryFolder()
    let (path, expected) = try file(folder) { prefix + $0 }
    let network = architecture.network(seed: 1)
    #expect(try StartingWeights(contentsOf: path).load(into: network).isEmpty)
    #expect(network.state == expected)
  }

  @Test func aHeadOfOtherClassesStartsAnewAndSaysSo() throws {
    let folder = try TemporaryFolder()
    let (path, expected) = try file(folder) { $0 }
    let network = Architecture(EncoderDecoder(.resnet18, .unet), classes: 5).network(seed: 1)
    let before = network.state
    let notes = try StartingWeights(contentsOf: path).load(into: network)
    #expect(notes.count == 1 && notes.first?.contains("it has 5 classes") == true)
    for (name, tensor) in network.state {
      #expect(tensor == (name.hasPrefix("segmentation_head.") ? before[name] : expected[name]), "\(name)")
    }
  }

  /// Of a network with another decoder the encoder is taken, and nothing of the rest, whatever fits.
  @Test func anotherDecoderStartsAnew() throws {
    let folder = try TemporaryFolder()
    let (path, expected) = try file(folder) { $0 }
    let network = Architecture(EncoderDecoder(.resnet18, .fpn), classes: 3).network(seed: 1)
    let before = network.state
    let notes = try StartingWeights(contentsOf: path).load(into: network)
    #expect(notes.count == 1 && notes.first?.contains("decoder starts anew") == true)
    for (name, tensor) in network.state {
      #expect(tensor == (name.hasPrefix("encoder.") ? expected[name] : before[name]), "\(name)")
    }
  }

  /// Names of timm where only features are asked of it.
  @Test func flattenedNamesAreUnderstood() throws {
    let folder = try TemporaryFolder()
    let convnext = Architecture(EncoderDecoder(.convnextTiny, .fpn), classes: 2)
    let state = convnext.network(seed: 2).state
    var tensors: [String: Tensor] = [:]
    for (name, tensor) in state where name.hasPrefix("encoder.") {
      tensors[
        "encoder.model."
          + name.dropFirst(8).replacingOccurrences(of: "stages.", with: "stages_").replacingOccurrences(
            of: "stem.", with: "stem_")] = tensor
    }
    let path = "\(folder.path)/w.safetensors"
    try Safetensors(tensors: tensors).write(to: path)
    let network = convnext.network(seed: 1)
    _ = try StartingWeights(contentsOf: path).load(into: network)
    for (name, tensor) in network.state where name.hasPrefix("encoder.") { #expect(tensor == state[name]) }
  }

  @Test func whatIsMissingOrMisshapenIsNamedAndNothingChanges() throws {
    let folder = try TemporaryFolder()
    let network = architecture.network(seed: 1)
    let before = network.state
    func complaint(_ rename: (String) -> String?) throws -> InputError {
      let (path, _) = try file(folder, rename)
      return inputError { try StartingWeights(contentsOf: path).load(into: network) }
    }
    let missing = try complaint { $0 == "encoder.layer3.0.bn1.bias" ? nil : encoderOnly("")($0) }
    #expect(missing.subject.hasSuffix("weights.safetensors") && missing.found == "no tensor layer3.0.bn1.bias")
    let other = try complaint { name in
      name == "encoder.conv1.weight"
        ? nil : name == "encoder.layer1.0.conv1.weight" ? "conv1.weight" : encoderOnly("")(name)
    }
    #expect(other.found == "conv1.weight of shape [64, 64, 3, 3]" && other.expected == "[64, 3, 7, 7]")
    let foreign = try complaint { "x.\($0.count).\($0)" }
    #expect(foreign.expected.contains("an encoder's tensors"))
    #expect(network.state == before)
  }

  /// A pickle is named as such, and never read: a bare one, and the zip archive of torch.save.
  @Test(arguments: [([0x80, 0x02, 0x63], "a Python pickle"), ([0x50, 0x4B, 0x03, 0x04, 0x00], "a zip archive")])
  func picklesAreRefused(start: [UInt8], kind: String) throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/w.pth"
    try Data(start + [UInt8](repeating: 7, count: 100)).write(to: URL(fileURLWithPath: path))
    let error = inputError { try StartingWeights(contentsOf: path) }
    #expect(error.subject == path && error.found.contains(kind) && error.advice.contains("data-scripts/weights"))
  }

  @Test func aTruncatedFileIsNamed() throws {
    let folder = try TemporaryFolder()
    let (path, _) = try file(folder) { $0 }
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: path))
    #expect(inputError { try StartingWeights(contentsOf: path) }.subject == path)
  }
}
