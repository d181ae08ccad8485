import Support
import Testing

@testable import Tensors

@Suite struct TraceTests {
  let weight = Parameter(name: "w", value: randomTensor([4, 3, 3, 3], seed: 1), decays: true)
  let scale = Parameter(name: "s", value: Tensor(filledWith: 1, shape: [4]), decays: false)
  let statistics = NormalizationStatistics(name: "n", channels: 4)

  @Test func operationsAttributesAndValuesInTheirOrder() throws {
    let geometry = ConvolutionGeometry(stride: 2, padding: .init(top: 0, left: 0, bottom: 1, right: 1))
    let trace = try Trace(ofImages: [1, 8, 6, 3]) { images, tape in
      let convolved = tape.convolution(images, weight: tape.variable(weight), geometry)
      let normalised = tape.batchNormalization(
        convolved, scale: tape.variable(scale), shift: tape.variable(scale), statistics: statistics, epsilon: 1e-3)
      let pooled = tape.maxPooling(normalised, kernel: 2, stride: 1)
      let enlarged = tape.nearestResizing(pooled, height: 4, width: 3)
      return tape.relu6(tape.addition(enlarged, normalised))
    }
    let normalization = Operation.batchNormalization(statistics: "n", epsilon: 1e-3, .relu)
    #expect(
      trace.values == [
        .init(origin: .images, shape: [1, 8, 6, 3]),
        .init(origin: .parameter("w"), shape: [4, 3, 3, 3]),
        .init(origin: .operation(.convolution(geometry), on: [0, 1]), shape: [1, 4, 3, 4]),
        .init(origin: .parameter("s"), shape: [4]),
        .init(origin: .operation(normalization, on: [2, 3, 3]), shape: [1, 4, 3, 4]),
        .init(
          origin: .operation(.maximumPooling(.init(kernel: 2, stride: 1, padding: 0)), on: [4]), shape: [1, 3, 2, 4]),
        .init(origin: .operation(.nearestResizing, on: [5]), shape: [1, 4, 3, 4]),
        .init(origin: .operation(.addition, on: [6, 4]), shape: [1, 4, 3, 4]),
        .init(origin: .operation(.relu(ceiling: 6), on: [7]), shape: [1, 4, 3, 4]),
      ])
    #expect(trace.output == 8)
  }

  @Test func theOtherOperations() throws {
    let inner = Parameter(name: "i", value: randomTensor([5, 7], seed: 2), decays: true)
    let vector = Parameter(name: "v", value: randomTensor([2, 7], seed: 2), decays: true)
    let trace = try Trace(ofImages: [1, 4, 4, 2]) { images, tape in
      let pooled = tape.averagePooling(images, kernel: 2, stride: 2)
      let two = tape.concatenation([tape.relu(pooled), pooled])
      _ = tape.fullyConnected(tape.variable(vector), weight: tape.variable(inner))
      return tape.globalAveragePooling(tape.bilinearResizing(two, height: 5, width: 6))
    }
    #expect(
      trace.values.map(\.origin) == [
        .images, .operation(.averagePooling(.init(kernel: 2, stride: 2, padding: 0)), on: [0]),
        .operation(.relu(ceiling: .infinity), on: [1]), .operation(.concatenation, on: [2, 1]),
        .parameter("v"), .parameter("i"), .operation(.fullyConnected, on: [4, 5]),
        .operation(.bilinearResizing, on: [3]), .operation(.globalAveragePooling, on: [7]),
      ])
    #expect(trace.output == 8)
  }

  @Test func theResultCanBeTheImagesOrAParameter() throws {
    #expect(try Trace(ofImages: [1, 2, 2, 1]) { images, _ in images }.output == 0)
    #expect(try Trace(ofImages: [1, 2, 2, 1]) { _, tape in tape.variable(scale) }.output == 1)
  }

  /// Each would be a step that the trace doesn't have.
  @Test(arguments: [0, 1, 2, 3]) func whatIsComputedOutsideTheTapeIsNamed(_ kind: Int) throws {
    let error = try #require(throws: InputError.self) {
      try Trace(ofImages: [1, 2, 2, 1]) { images, tape in
        let doubled = Variable(Tensor(images.value.scalars.map { 2 * $0 }, shape: images.shape))
        switch kind {
        case 0: return doubled
        case 1: return tape.relu(tape.addition(images, doubled))
        case 2: return tape.relu(tape.variable(differentiable: images.value))
        default: return tape.addition(images, Tape(recording: false).relu(images))
        }
      }
    }
    #expect(error.found.hasSuffix("computed outside the tape"))
    let part = ["the result", "an input of addition", "an input of relu", "an input of addition"][kind]
    #expect(error.found.hasPrefix(part), "\(error)")
  }

  @Test func anOrdinaryTapeTracesNothing() {
    for tape in [Tape(), Tape(recording: false)] {
      #expect(tape.variable(scale).place == nil)
      #expect(tape.relu(tape.variable(scale)).place == nil)
    }
  }
}
