import Tensors
import Testing

@testable import Networks

@Suite struct ClassifierTests {
  private func configuration(_ outputStride: Int) -> Classifier.Configuration {
    Classifier.Configuration(channels: 3, width: 2, outputs: 5, outputStride: outputStride)
  }

  @Test(arguments: Classifier.Configuration.outputStrides(of: nil)) func theOutputStrideIsThatOfTheFeatures(stride: Int)
  {
    let classifier = Classifier(configuration(stride), seed: 1)
    let images = Variable(Tensor(filledWith: 0.5, shape: [2, 16, 24, 3]))
    let features = classifier.features(images, on: Tape(recording: false)).value
    #expect(features.shape == [2, 16 / stride, 24 / stride, 16])
    #expect(features.scalars.allSatisfy { $0 >= 0 })
    #expect(classifier.logits(images, on: Tape(recording: false)).shape == [2, 1, 1, 5])
    #expect(classifier.sizeMultiple == stride)
  }

  /// The encoder is the U-Net's: from one seed, at any output stride, they start from the same weights.
  @Test(arguments: Classifier.Configuration.outputStrides(of: nil)) func theEncoderIsThatOfTheUNet(stride: Int) {
    let classifier = Classifier(configuration(stride), seed: 4)
    let network = Architecture(channels: 3, width: 2, classes: 6).network(seed: 4)
    let names = classifier.state.keys.filter { $0.hasPrefix("encoder.") }
    #expect(names.count == 35)
    for name in names { #expect(classifier.state[name] == network.state[name], "\(name)") }
  }

  /// z = b + mean over p of w A.
  @Test func theHeadIsALinearLayerOnTheMean() {
    let classifier = Classifier(configuration(4), seed: 2)
    let features = Tensor((0..<64).map { Float($0 % 7) }, shape: [1, 2, 2, 16])
    let logits = classifier.head(Variable(features), on: Tape(recording: false)).value.scalars
    let weights = classifier.classWeights.scalars
    for c in 0..<5 {
      let expected = (0..<16).reduce(Float(0)) { sum, k in
        sum + weights[c * 16 + k] * (0..<4).reduce(Float(0)) { $0 + features.scalars[$1 * 16 + k] } / 4
      }
      #expect(abs(logits[c] - expected) < 1e-4)
    }
  }
}
