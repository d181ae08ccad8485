import Tensors

/// A small U-Net (Ronneberger et al. 2015), with batch normalisation and strided convolutions instead of pooling:
///
///     encoder   in -> w | w -> 2w /2, 2w -> 2w | 2w -> 4w /2, 4w -> 4w | 4w -> 8w /2, 8w -> 8w
///     decoder   nearest x2, with skip: 8w + 4w -> 4w | 4w + 2w -> 2w | 2w + w -> 2w
///     head      1x1 with bias: 2w -> classes
///
/// The network of the tables' rows on small images. 444,059 parameters for one input channel, w = 16 and 11 classes.
final class UNet: SegmentationNetwork {
  static let multiple = 8

  let sizeMultiple = multiple
  let parameters: [Parameter]
  let statistics: [NormalizationStatistics]
  private let classes: Int
  private let encoder: SmallEncoder
  private let decoder: [ConvolutionUnit]
  private let head: ConvolutionLayer
  private let stepOperationsPerPixel: Double

  /// He-initialised from the builder's seed: the same seed gives the same weights.
  init(channels: Int, width w: Int, classes: Int, in builder: NetworkBuilder) {
    precondition(channels >= 1 && w >= 1 && (1...255).contains(classes), "a network has channels and classes")
    self.classes = classes
    encoder = SmallEncoder(in: builder, channels: channels, width: w, outputStride: Self.multiple)
    decoder = [(12 * w, 4 * w), (6 * w, 2 * w), (3 * w, 2 * w)].enumerated().map { i, plan in
      ConvolutionUnit(in: builder, small: "decoder.\(i)", from: plan.0, to: plan.1, stride: 4 >> i)
    }
    head = ConvolutionLayer(in: builder, "head", from: 2 * w, to: classes, bias: true, stride: 1)
    (parameters, statistics) = (builder.parameters, builder.statistics)
    stepOperationsPerPixel = builder.stepOperationsPerPixel
  }

  func logits(_ images: Variable, on tape: Tape) -> Variable {
    let skips = encoder(images, on: tape)
    var features = skips[3]
    for level in 0..<3 {
      let skip = skips[2 - level]
      let enlarged = tape.nearestResizing(features, height: skip.shape[1], width: skip.shape[2])
      features = decoder[level](tape.concatenation([enlarged, skip]), on: tape)
    }
    return head(features, on: tape)
  }

  func keepConstant(class k: Int, logit: Float) {
    precondition((0..<classes).contains(k), "a class of the network")
    let row = head.weight.value.count / classes
    head.weight.update { weight in for i in k * row..<(k + 1) * row { weight[i] = 0 } }
    head.bias?.update { $0[k] = logit }
  }

  /// Forward, backward to the data (not for the first layer) and backward to the weights.
  func stepOperations(batch: Int, height: Int, width: Int) -> Double {
    stepOperationsPerPixel * Double(batch * height * width)
  }

  /// Floats that a pass holds at once for each pixel of its images.
  ///
  /// A tape keeps what each convolution gave and what normalisation made of it: 5.5 w in the encoder, where a layer of c
  /// channels at 1/s of the size counts c / s^2; and in the decoder with what was enlarged and put together, 14 w. The
  /// gradients of the last block take 8 w more. Without a tape there are the skips and the last block's layers: 11 w.
  static func floatsPerPixel(channels: Int, width: Int, classes: Int, recording: Bool) -> Int {
    channels + (recording ? 28 * width + 2 * classes : 11 * width + classes)
  }
}
