import Support
import Testing

@testable import Networks

/// What a checkpoint is checked against must be what the network has.
@Suite struct TensorShapesTests {
  @Test(arguments: [(1, 1, 1), (3, 4, 11), (1, 16, 255)]) func ofAUNet(channels: Int, width: Int, classes: Int) {
    let configuration = Architecture(channels: channels, width: width, classes: classes)
    #expect(configuration.tensorShapes == configuration.network(seed: 0).state.mapValues(\.shape))
  }

  @Test(arguments: [1, 2, 4, 8]) func ofAClassifier(outputStride: Int) {
    let configuration = Classifier.Configuration(channels: 3, width: 4, outputs: 10, outputStride: outputStride)
    #expect(configuration.tensorShapes == Classifier(configuration, seed: 0).state.mapValues(\.shape))
  }

  /// Width 1024 would be a network of 2 GB.
  @Test func aHugeNetworkIsDescribedWithoutBeingMade() {
    let shapes = Architecture(channels: 3, width: 1024, classes: 255).tensorShapes
    #expect(shapes["encoder.6.convolution.weight"] == [8192, 8192, 3, 3])
  }

  @Test func theFirstTensorThatIsMissingOrOtherIsNamed() {
    let expected = ["a": [1], "b": [2, 3]]
    func found(_ shapes: [String: [Int]]) -> String? {
      #expect(throws: InputError.self) { try requireTensors(expected, in: shapes, of: "x") }?.found
    }
    #expect(found([:]) == "no tensor a")
    #expect(found(["a": [1]]) == "no tensor b")
    #expect(found(["a": [1], "b": [3, 2]]) == "b of shape [3, 2]")
    #expect(throws: Never.self) { try requireTensors(expected, in: ["a": [1], "b": [2, 3], "c": []], of: "x") }
  }
}
