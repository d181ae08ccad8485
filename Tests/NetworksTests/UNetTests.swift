import Randomness
import Tensors
import Testing

@testable import Networks

@Suite struct UNetTests {
  private let small = Architecture(channels: 1, width: 2, classes: 3)

  private func random(_ shape: [Int], seed: UInt64) -> Tensor {
    var stream = RandomStream(seed: seed, purpose: .scenes)
    return Tensor((0..<shape.reduce(1, *)).map { _ in stream.uniform(in: -1...1) }, shape: shape)
  }

  /// 3x3 convolutions, scale and shift of each, and the head, counted by hand.
  @Test func parameterCount() {
    #expect(Architecture(channels: 1, width: 16, classes: 11).network(seed: 0).parameterCount == 444_059)
    let plan = [(1, 2), (2, 4), (4, 4), (4, 8), (8, 8), (8, 16), (16, 16), (24, 8), (12, 4), (6, 4)]
    #expect(small.network(seed: 0).parameterCount == plan.reduce(4 * 3 + 3) { $0 + 9 * $1.0 * $1.1 + 2 * $1.1 })
  }

  /// A file written years ago must find its tensors.
  @Test func names() {
    let network = small.network(seed: 0)
    let blocks = (0..<7).map { "encoder.\($0)" } + (0..<3).map { "decoder.\($0)" }
    let expected =
      blocks.flatMap { ["\($0).convolution.weight", "\($0).normalization.weight", "\($0).normalization.bias"] }
      + ["head.weight", "head.bias"]
    #expect(network.parameters.map(\.name) == expected)
    #expect(
      network.parameters.map(\.decays) == expected.map { $0.hasSuffix("convolution.weight") || $0 == "head.weight" })
    #expect(network.statistics.map(\.name) == blocks.map { "\($0).normalization" })
    #expect(network.state.count == 32 + 20)
    #expect(network.state["decoder.0.convolution.weight"]?.shape == [8, 24, 3, 3])
    #expect(network.state["encoder.6.normalization.running_var"] == Tensor(filledWith: 1, shape: [16]))
  }

  /// One class's logit is the same everywhere; the others stay what they were.
  @Test func aConstantLogit() {
    let (network, before) = (small.network(seed: 1), small.network(seed: 1))
    network.keepConstant(class: 1, logit: 2.5)
    let images = Variable(random([1, 8, 8, 1], seed: 2))
    let found = network.logits(images, on: Tape(recording: false)).value.scalars
    let expected = before.logits(images, on: Tape(recording: false)).value.scalars
    for i in found.indices { #expect(found[i] == (i % 3 == 1 ? 2.5 : expected[i])) }
  }

  @Test(arguments: [(1, 8, 8), (2, 16, 8), (1, 24, 40)], [true, false])
  func oneLogitForEachPixelAndClass(size: (Int, Int, Int), recording: Bool) {
    for configuration in [small, Architecture(channels: 3, width: 1, classes: 1)] {
      let network = configuration.network(seed: 1)
      let images = Tensor(filledWith: 0.5, shape: [size.0, size.1, size.2, configuration.channels])
      let logits = network.logits(Variable(images), on: Tape(recording: recording)).value
      #expect(logits.shape == [size.0, size.1, size.2, configuration.classes])
      #expect(logits.scalars.allSatisfy { $0.isFinite })
    }
  }

  @Test func theSeedDecidesTheWeights() {
    let (a, b, other) = (small.network(seed: 5), small.network(seed: 5), small.network(seed: 6))
    #expect(a.state == b.state)
    #expect(a.parameters[0].value != other.parameters[0].value)
    #expect(a.parameters[3].value.scalars.prefix(9) != a.parameters[0].value.scalars.prefix(9))
  }

  /// He et al. 2015 for a leaky slope of sqrt 5: mean 0, variance 1 / (3 fan-in). The sample variance of n normal numbers deviates by sqrt(2 / n), their
  /// mean by sqrt(variance / n); five times that is a chance of 1e-6.
  @Test func weightsHaveTheVarianceOfHe() {
    for parameter in Architecture(channels: 3, width: 16, classes: 11).network(seed: 3).parameters
    where parameter.decays {
      let values = parameter.value.scalars.map(Double.init)
      let count = Double(values.count)
      let fanIn = parameter.value.shape.dropFirst().reduce(1, *)
      let expected = 1 / Double(3 * fanIn)
      let mean = values.reduce(0, +) / count
      let variance = values.reduce(0) { $0 + $1 * $1 } / count
      #expect(abs(mean) < 5 * (expected / count).squareRoot(), "\(parameter.name)")
      #expect(abs(variance / expected - 1) < 5 * (2 / count).squareRoot(), "\(parameter.name)")
    }
  }

  /// An image alone gives what it gives in a batch, once the statistics are fixed.
  @Test func evaluationIsPerImage() {
    let network = small.network(seed: 1)
    let images = random([3, 8, 8, 1], seed: 2)
    let all = network.logits(Variable(images), on: Tape(recording: false)).value.scalars
    for n in 0..<3 {
      let one = Tensor(Array(images.scalars[n * 64..<(n + 1) * 64]), shape: [1, 8, 8, 1])
      let logits = network.logits(Variable(one), on: Tape(recording: false)).value.scalars
      #expect(zip(logits, all[n * 192..<(n + 1) * 192]).allSatisfy { abs($0 - $1) < 1e-5 })
    }
  }

  /// Central differences of the cross-entropy through the whole network: along the gradient, and entry by entry for some
  /// entries of every parameter.
  ///
  /// The network has a kink at every zero of a ReLU, and a weight of the first layer moves thousands of them: the width
  /// is small, 4e-4, and leaves 1e-3 of rounding where float32 rounds the loss by some 3e-7. The largest entry is about
  /// 0.2; 3% of it are 6e-3.
  @Test func gradientOfTheWholeNetwork() throws {
    let network = small.network(seed: 4)
    for parameter in network.parameters where parameter.decays {  // larger weights, so that the step is small to them
      parameter.replace(
        with: Tensor(parameter.value.scalars.map { $0 * Float(6).squareRoot() }, shape: parameter.value.shape))
    }
    let images = Variable(random([6, 8, 8, 1], seed: 5))
    var stream = RandomStream(seed: 6, purpose: .scenes)
    let labels = (0..<6 * 64).map { _ in stream.integer(below: 10) == 0 ? 255 : UInt8(stream.integer(below: 3)) }
    let tape = Tape()
    let output = network.logits(images, on: tape)
    tape.backward(from: output, gradient: crossEntropy(logits: output.value, labels: labels).gradient)
    let gradients = try network.parameters.map { try #require($0.gradient).scalars.map(Double.init) }

    func loss() -> Double {
      crossEntropy(logits: network.logits(images, on: Tape()).value, labels: labels).loss ?? .nan
    }
    /// (L(w + h d) - L(w - h d)) / 2h.
    func slope(_ step: Double, _ direction: [[Double]]) -> Double {
      let values = network.parameters.map(\.value)
      func moved(_ step: Double) -> Double {
        for (i, parameter) in network.parameters.enumerated() {
          parameter.update { value in
            for (j, d) in direction[i].enumerated() { value[j] += Float(step * d) }
          }
        }
        defer { for (parameter, value) in zip(network.parameters, values) { parameter.replace(with: value) } }
        return loss()
      }
      return (moved(step) - moved(-step)) / (2 * step)
    }

    let squared = gradients.joined().reduce(0) { $0 + $1 * $1 }
    let along = slope(1e-3 / squared.squareRoot(), gradients)
    #expect(abs(along / squared - 1) < 0.02)

    let largest = gradients.joined().map(abs).max() ?? 0
    for (i, gradient) in gradients.enumerated() {
      for _ in 0..<3 {
        let entry = stream.integer(below: gradient.count)
        var direction = gradients.map { [Double](repeating: 0, count: $0.count) }
        direction[i][entry] = 1
        let numeric = slope(2e-4, direction)
        #expect(abs(numeric - gradient[entry]) < 0.03 * largest, "\(network.parameters[i].name), \(entry)")
      }
    }
  }
}
