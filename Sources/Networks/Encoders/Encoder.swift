import Tensors

/// The half of a network that turns an image into features at several resolutions.
protocol Encoder {
  /// Five levels, which halve the image one after the other until the output stride is reached.
  var levels: [EncoderLevel] { get }

  /// `[N, H, W, 3]` -> one tensor for each level, `[N, H / stride, W / stride, channels]`; nil of a level without channels.
  func callAsFunction(_ images: Variable, on tape: Tape) -> [Variable?]
}

/// What an encoder gives at one resolution.
struct EncoderLevel {
  /// 0 where the encoder has none of this resolution: ConvNeXt begins with a quarter.
  let channels: Int
  /// Pixels of the image from one place to the next.
  let stride: Int
}

/// Where an encoder stops halving: from there on its kernels are dilated instead (Chen et al. 2017).
struct Dilation {
  let outputStride: Int

  /// Pixels of the image from one place to the next, where the undilated encoder has `nominal` of them.
  func stride(_ nominal: Int) -> Int { min(nominal, outputStride) }

  /// Pixels from one tap of a kernel to the next.
  func taps(_ nominal: Int) -> Int { nominal / stride(nominal) }

  /// Of the convolution that enters a stage: 2 where the stage still halves.
  func entry(_ nominal: Int) -> Int { nominal <= outputStride ? 2 : 1 }
}
