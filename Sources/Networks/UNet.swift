import Randomness
import Tensors

/// A small U-Net (Ronneberger et al. 2015), with batch normalisation and strided convolutions instead of pooling:
///
///     encoder   in -> w | w -> 2w /2, 2w -> 2w | 2w -> 4w /2, 4w -> 4w | 4w -> 8w /2, 8w -> 8w
///     decoder   nearest x2, with skip: 8w + 4w -> 4w | 4w + 2w -> 2w | 2w + w -> 2w
///     head      1x1 with bias: 2w -> classes
///
/// The network of every row of the tables. 444,059 parameters for one input channel, w = 16 and 11 classes.
package final class UNet: SegmentationNetwork {
  /// What a checkpoint must agree on.
  package struct Configuration: Codable, Sendable, Equatable {
    package var channels: Int
    package var width: Int
    package var classes: Int

    package init(channels: Int, width: Int, classes: Int) {
      precondition(channels >= 1 && width >= 1 && (1...255).contains(classes), "a network has channels and classes")
      (self.channels, self.width, self.classes) = (channels, width, classes)
    }

    /// Name and shape of every tensor of the network's state, without making it.
    package var tensorShapes: [String: [Int]] {
      var shapes = Encoder.tensorShapes(channels: channels, width: width)
      for (i, plan) in UNet.decoderPlan(width: width).enumerated() {
        shapes.merge(ConvolutionBlock.tensorShapes(name: "decoder.\(i)", from: plan.0, to: plan.1)) { first, _ in first
        }
      }
      shapes["head.weight"] = [classes, 2 * width, 1, 1]
      shapes["head.bias"] = [classes]
      return shapes
    }
  }

  package let configuration: Configuration
  package let sizeMultiple = 8
  private let encoder: Encoder
  private let decoder: [ConvolutionBlock]
  private let headWeight: Parameter
  private let headBias: Parameter

  /// He-initialised from the seed: the same seed gives the same weights.
  package init(_ configuration: Configuration, seed: UInt64) {
    self.configuration = configuration
    var random = RandomStream(seed: seed, purpose: .initialization)
    let w = configuration.width
    encoder = Encoder(channels: configuration.channels, width: w, outputStride: sizeMultiple, random: &random)
    decoder = Self.decoderPlan(width: w).enumerated().map { i, plan in
      ConvolutionBlock(name: "decoder.\(i)", from: plan.0, to: plan.1, random: &random)
    }
    headWeight = .heNormal(name: "head.weight", shape: [configuration.classes, 2 * w, 1, 1], random: &random)
    headBias = Parameter(name: "head.bias", value: Tensor(zeros: [configuration.classes]), decays: false)
  }

  /// Channels into and out of each block of the decoder.
  private static func decoderPlan(width w: Int) -> [(Int, Int)] {
    [(12 * w, 4 * w), (6 * w, 2 * w), (3 * w, 2 * w)]
  }

  package func logits(_ images: Variable, on tape: Tape) -> Variable {
    let skips = encoder(images, on: tape)
    var features = skips[3]
    for level in 0..<3 {
      let skip = skips[2 - level]
      let enlarged = tape.nearestResizing(features, height: skip.shape[1], width: skip.shape[2])
      features = decoder[level](tape.concatenation([enlarged, skip]), on: tape)
    }
    return tape.convolution(features, weight: tape.variable(headWeight), bias: tape.variable(headBias))
  }

  /// Makes one class's logit the same number everywhere: where it never gets a gradient, it stays so in training.
  package func keepConstant(class k: Int, logit: Float) {
    precondition((0..<configuration.classes).contains(k), "a class of the network")
    let row = 2 * configuration.width
    headWeight.update { weight in for i in k * row..<(k + 1) * row { weight[i] = 0 } }
    headBias.update { $0[k] = logit }
  }

  package var parameters: [Parameter] {
    (encoder.blocks + decoder).flatMap(\.parameters) + [headWeight, headBias]
  }

  package var statistics: [NormalizationStatistics] { (encoder.blocks + decoder).map(\.statistics) }
}

extension UNet.Configuration {
  /// Floats that a pass holds at once for each pixel of its images.
  ///
  /// A tape keeps what each convolution gave and what normalisation made of it: 5.5 w in the encoder, where a layer of c
  /// channels at 1/s of the size counts c / s^2; and in the decoder with what was enlarged and put together, 14 w. The
  /// gradients of the last block take 8 w more. Without a tape there are the skips and the last block's layers: 11 w.
  func floatsPerPixel(recording: Bool) -> Int {
    channels + (recording ? 28 * width + 2 * classes : 11 * width + classes)
  }
}

extension UNet {
  /// Floating-point operations of the convolutions of one training step: forward, backward to the data (not for the
  /// first layer, whose input needs no gradient) and backward to the weights, two for each multiply-add.
  package func stepOperations(batch: Int, height: Int, width: Int) -> Double {
    func operations(_ weight: Parameter, _ scale: Int) -> Double {
      2 * Double(weight.value.count) * Double(batch) * Double(height / scale) * Double(width / scale)
    }
    let scales = [1, 2, 2, 4, 4, 8, 8, 4, 2, 1]
    let blocks = zip((encoder.blocks + decoder).map(\.weight), scales).map { operations($0, $1) }
    return 3 * (blocks.reduce(0, +) + operations(headWeight, 1)) - blocks[0]
  }
}
