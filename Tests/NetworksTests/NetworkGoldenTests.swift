import Foundation
import Tensors
import Testing

@testable import Networks

/// Logits and the gradient of every parameter, against PyTorch's in float64 (torchvision, timm and smp):
/// `benchmarks/pytorch/make_network_goldens.py`.
@Suite struct NetworkGoldenTests {
  struct Golden: Decodable {
    struct Pass: Decodable {
      var image: String
      var shape: [Int]
      var norm: Double
      var indices: [Int]
      var values: [Double]
      /// Of each parameter: the gradient's norm, its product with the probe, and how far PyTorch's float32 is from it.
      var gradients: [String: [Double]]
      var statistics: [String: Double]?
    }
    var encoder: EncoderDecoder.EncoderKind
    var decoder: EncoderDecoder.DecoderKind
    var outputStride: Int
    var separable: Bool
    var classes: Int
    var evaluation: Pass
    var training: Pass?
  }

  static let names: [String] = {
    let folder = Bundle.module.resourceURL?.appendingPathComponent("Goldens").path ?? ""
    return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".json") }
      .sorted()
  }()

  @Test func everyEncoderAndDecoderHasOne() {
    for encoder in EncoderDecoder.EncoderKind.allCases {
      #expect(Self.names.contains { $0.hasPrefix("\(encoder.rawValue)-") }, "\(encoder)")
    }
    for decoder in EncoderDecoder.DecoderKind.allCases {
      #expect(Self.names.contains { $0.contains("-\(decoder.rawValue)-") }, "\(decoder)")
    }
  }

  @Test(arguments: names) func equalsPyTorch(name: String) throws {
    let url = try #require(Bundle.module.resourceURL).appendingPathComponent("Goldens/\(name)")
    let golden = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: url))
    let parts = EncoderDecoder(
      golden.encoder, golden.decoder, outputStride: golden.outputStride, separable: golden.separable)
    let architecture = Architecture(parts, classes: golden.classes)
    let network = architecture.network(seed: 1)
    #expect(network.state.mapValues(\.shape) == architecture.tensorShapes)
    try compare(network, with: golden.evaluation, frozen: true, name)
    if let training = golden.training { try compare(network, with: training, frozen: false, name) }
  }

  /// - Parameter frozen: by the running statistics instead of the batch's.
  private func compare(_ network: any SegmentationNetwork, with pass: Golden.Pass, frozen: Bool, _ name: String) throws
  {
    let shapes = network.state.mapValues(\.shape)
    try network.load(NetworkFormula.state(shapes, separate: !frozen), from: "the formula")
    for statistics in network.statistics { statistics.isFrozen = frozen }
    for parameter in network.parameters { parameter.clearGradient() }
    let images = NetworkFormula.signed(pass.image, pass.shape)
    let tape = Tape()
    let logits = network.logits(Variable(images), on: tape)
    // What learns and what only looks are two paths of some operations.
    if frozen {
      let looked = network.logits(Variable(images), on: Tape(recording: false)).value
      #expect(norm(zip(looked.scalars, logits.value.scalars).map { $0 - $1 }) <= 1e-5 * pass.norm, "\(name)")
    }
    let values = logits.value.scalars
    #expect(abs(norm(values) - pass.norm) < 1e-4 * pass.norm, "\(name)")
    let size = pass.norm / Double(values.count).squareRoot()
    for (index, expected) in zip(pass.indices, pass.values) {
      #expect(abs(Double(values[index]) - expected) < 1e-4 * max(size, abs(expected)), "\(name) \(index)")
    }
    // A gradient that is zero but for rounding, as of a scale in front of a normalisation, is small beside the largest; and
    // where PyTorch's own float32 is off, so may ours be. Large images have values near a ReLU's kink.
    let largest = pass.gradients.values.map { $0[0] }.max() ?? 0
    let least = name.contains("-large") ? 1e-2 : 1e-4
    tape.backward(from: logits, gradient: NetworkFormula.signed("gradient", logits.shape))
    #expect(Set(network.parameters.map(\.name)) == Set(pass.gradients.keys), "\(name)")
    for parameter in network.parameters {
      let expected = try #require(pass.gradients[parameter.name])
      let gradient = try #require(parameter.gradient, "\(name) \(parameter.name)").scalars
      let probe = NetworkFormula.signed("\(parameter.name).probe", parameter.value.shape).scalars
      let product = zip(gradient, probe).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      let tolerance = max(least, 5 * min(expected[2], 1e-2)) * expected[0] + 1e-6 * largest
      #expect(abs(norm(gradient) - expected[0]) < tolerance, "\(name) \(frozen) \(parameter.name)")
      #expect(abs(product - expected[1]) < tolerance, "\(name) \(frozen) \(parameter.name)")
    }
    guard let moved = pass.statistics else { return }
    tape.moveStatistics()
    let state = network.state
    for (statistics, expected) in moved {
      let found = norm(try #require(state[statistics]).scalars)
      #expect(abs(found - expected) < 1e-4 * expected, "\(name) \(statistics)")
    }
  }

  private func norm(_ values: [Float]) -> Double {
    values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
  }
}
