import Foundation
import Networks
import Randomness
import Tensors
import Testing

@testable import WeakSupervision

@Suite struct SeedMethodTests {
  /// PyPI's `grad-cam` on a PyTorch twin; `make_cam_goldens.py` says how.
  private struct Golden {
    let tensors: [String: Tensor]
    let classifier: Classifier
    let features: Tensor

    init() throws {
      let path = Bundle.module.bundleURL.appendingPathComponent("Goldens/cam.safetensors").path
      tensors = try Safetensors(contentsOf: path).tensors
      classifier = Classifier(.init(channels: 1, width: 3, outputs: 4, outputStride: 4), seed: 0)
      try classifier.load(tensors, from: path)
      features = classifier.features(Variable(try #require(tensors["images"])), on: Tape(recording: false)).value
    }
  }

  private func distance(_ a: Tensor, _ b: Tensor) -> Float {
    zip(a.scalars, b.scalars).map { abs($0 - $1) }.max() ?? 0
  }

  @Test func theTwinHasOurLogits() throws {
    let golden = try Golden()
    let logits = golden.classifier.head(Variable(golden.features), on: Tape(recording: false)).value
    #expect(distance(logits, try #require(golden.tensors["logits"])) < 1e-4)
  }

  @Test(arguments: SeedMethod.allCases) func mapsAreThoseOfTheReference(method: SeedMethod) throws {
    let golden = try Golden()
    // The package's epsilon, so that the same is compared.
    let maps = method.maps(golden.features, of: golden.classifier, epsilon: 1e-6)
    let expected = try #require(golden.tensors[method.rawValue])
    #expect(maps.shape == expected.shape)
    #expect(distance(maps, expected) < 1e-4)
  }

  /// ReLU and division by the maximum: the package first subtracts the least value, which is 0 wherever a pixel is.
  @Test(arguments: [SeedMethod.gradCAM, .gradCAMPlusPlus])
  func normalizedMapsAreThoseOfTheReference(method: SeedMethod) throws {
    let golden = try Golden()
    let maps = method.maps(golden.features, of: golden.classifier, epsilon: 1e-6)
    let expected = try #require(golden.tensors["\(method.rawValue) scaled"]).scalars
    let (n, h, w, outputs) = maps.nhwc
    var compared = 0
    for i in 0..<n {
      for c in 0..<outputs {
        let places = (0..<h * w).map { (i * h * w + $0) * outputs + c }
        let positive = places.map { max(0, maps.scalars[$0]) }
        guard let largest = positive.max(), largest > 0, positive.contains(0) else { continue }
        compared += 1
        for (place, value) in zip(places, positive) { #expect(abs(value / largest - expected[place]) < 1e-4) }
      }
    }
    #expect(compared > 0 || method == .gradCAMPlusPlus)
  }

  /// Section 3 of Selvaraju et al.: for a mean and a linear layer, Grad-CAM is CAM over the number of places.
  @Test func gradCAMIsCAMForThisNetwork() throws {
    let golden = try Golden()
    let cam = SeedMethod.cam.maps(golden.features, of: golden.classifier)
    let gradCAM = SeedMethod.gradCAM.maps(golden.features, of: golden.classifier)
    #expect(distance(cam, Tensor(gradCAM.scalars.map { $0 * 16 }, shape: cam.shape)) < 1e-5)
  }

  /// For a constant gradient g the formula is h w g / (2 + S g) where g is positive, else 0.
  @Test func gradCAMPlusPlusInClosedForm() throws {
    let golden = try Golden()
    let (n, h, w, depth) = golden.features.nhwc
    let (weights, a) = (golden.classifier.classWeights.scalars, golden.features.scalars)
    let maps = SeedMethod.gradCAMPlusPlus.maps(golden.features, of: golden.classifier).scalars
    for i in 0..<n {
      for c in 0..<4 {
        let alpha = (0..<depth).map { k -> Double in
          let g = Double(weights[c * depth + k]) / Double(h * w)
          let sum = (0..<h * w).reduce(0.0) { $0 + Double(a[(i * h * w + $1) * depth + k]) }
          return g > 0 ? Double(h * w) * g / (2 + sum * g) : 0
        }
        for p in 0..<h * w {
          let expected = (0..<depth).reduce(0.0) { $0 + alpha[$1] * Double(a[(i * h * w + p) * depth + $1]) }
          #expect(abs(Double(maps[(i * h * w + p) * 4 + c]) - expected) < 1e-4)
        }
      }
    }
  }

  @Test func featuresOfZeroGiveMapsOfZero() {
    let classifier = Classifier(.init(channels: 1, width: 1, outputs: 2, outputStride: 8), seed: 1)
    for method in SeedMethod.allCases {
      let maps = method.maps(Tensor(zeros: [1, 2, 2, 8]), of: classifier)
      #expect(maps == Tensor(zeros: [1, 2, 2, 2]))
    }
  }

  /// An optimizer that goes on after seeds were made doesn't find their gradients.
  @Test func gradientsAreClearedAgain() {
    let classifier = Classifier(.init(channels: 1, width: 1, outputs: 2, outputStride: 8), seed: 1)
    _ = SeedMethod.gradCAM.maps(Tensor(filledWith: 1, shape: [1, 2, 2, 8]), of: classifier)
    #expect(classifier.parameters.allSatisfy { $0.gradient == nil })
  }
}
