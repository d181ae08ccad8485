import COneDNN

/// How a convolution's window moves.
public struct ConvolutionGeometry: Hashable, Sendable {
  /// Pixels added around the image, all zero.
  public struct Padding: Hashable, Sendable {
    /// Rows or columns on each side.
    public var top, left, bottom, right: Int
    /// A number for each side.
    public init(top: Int, left: Int, bottom: Int, right: Int) {
      (self.top, self.left, self.bottom, self.right) = (top, left, bottom, right)
    }
    /// The same on all four sides.
    public init(_ all: Int) { self.init(top: all, left: all, bottom: all, right: all) }
  }

  /// Pixels from one place of the kernel to the next.
  public var stride: Int
  /// Zeros around the image.
  public var padding: Padding
  /// Pixels from one tap of the kernel to the next; 1 is a dense kernel.
  public var dilation: Int
  /// The channels are cut into this many groups, each convolved on its own.
  public var groups: Int

  /// A dense kernel that visits every pixel, where nothing else is said.
  ///
  /// - Precondition: stride, dilation and groups are at least 1.
  public init(stride: Int = 1, padding: Padding = Padding(0), dilation: Int = 1, groups: Int = 1) {
    precondition(stride >= 1 && dilation >= 1 && groups >= 1, "stride, dilation and groups are at least 1")
    (self.stride, self.padding, self.dilation, self.groups) = (stride, padding, dilation, groups)
  }

  /// Output length for `length` input pixels, `before` and `after` added, and a kernel of `taps` taps.
  func outputLength(_ length: Int, _ before: Int, _ after: Int, taps: Int) -> Int {
    let extent = dilation * (taps - 1) + 1
    precondition(length + before + after >= extent, "a kernel of \(extent) pixels doesn't fit an image of \(length)")
    return (length + before + after - extent) / stride + 1
  }
}

extension Tape {
  /// 2D convolution (cross-correlation, as in every deep learning library), by oneDNN.
  ///
  /// - Parameters:
  ///   - input: `[N, H, W, I]`.
  ///   - weight: `[O, I / groups, KH, KW]`, PyTorch's order, so that checkpoints are exchanged without a transposition; or
  ///     `[O, I]`, a linear layer over each pixel's channels.
  ///   - bias: `[O]`, or none.
  /// - Returns: `[N, H', W', O]`, H' = (H + top + bottom - dilation (KH - 1) - 1) / stride + 1.
  public func convolution(
    _ input: Variable, weight: Variable, bias: Variable? = nil, _ geometry: ConvolutionGeometry = .init()
  ) -> Variable {
    if geometry.groups > 1, geometry.groups == weight.shape[0], weight.shape[1] == 1,
      weight.shape[2] == weight.shape[3],
      weight.shape[2] <= 7, input.shape.count == 4, input.shape[3] == geometry.groups
    {
      return depthwiseConvolution(input, weight: weight, bias: bias, geometry)
    }
    let shape = convolutionShape(
      input.shape, weight.shape.count == 2 ? weight.shape + [1, 1] : weight.shape, geometry, bias: bias != nil,
      inference: !isRecording)
    let output = Tensor(uninitialized: [
      Int(shape.batch), Int(shape.out_height), Int(shape.out_width), Int(shape.out_channels),
    ])
    guard output.count > 0 else { return Variable(output) }
    measured(.convolution(geometry)) {
      var shape = shape
      OperationCache.current.run(.convolutionForward, shape.fields) {
        rss_convolution_forward_create(&shape, $0)
      } _: {
        rss_convolution_forward_run(
          $0, input.value.address, weight.value.address, bias?.value.address, output.address)
      }
    }
    let (source, kernel) = (input.value, weight.value)
    let (inputSlot, weightSlot, biasSlot) = (input.slot, weight.slot, bias?.slot)
    return record(.convolution(geometry), output, from: [input, weight] + (bias.map { [$0] } ?? [])) { gradient in
      var shape = shape
      shape.inference = false
      if weightSlot != nil || biasSlot != nil {
        let weightGradient = Tensor(uninitialized: kernel.shape)
        let biasGradient = shape.bias ? Tensor(uninitialized: [Int(shape.out_channels)]) : nil
        OperationCache.current.run(.convolutionBackwardWeights, shape.fields) {
          rss_convolution_backward_weights_create(&shape, $0)
        } _: {
          rss_convolution_backward_weights_run(
            $0, source.address, gradient.address, weightGradient.address, biasGradient?.address)
        }
        weightSlot?.accumulate(weightGradient)
        if let biasGradient { biasSlot?.accumulate(biasGradient) }
      }
      if let inputSlot {
        let inputGradient = Tensor(uninitialized: source.shape)
        shape.bias = false
        OperationCache.current.run(.convolutionBackwardData, shape.fields) {
          rss_convolution_backward_data_create(&shape, $0)
        } _: {
          rss_convolution_backward_data_run($0, gradient.address, kernel.address, inputGradient.address)
        }
        inputSlot.accumulate(inputGradient)
      }
    }
  }

  private func convolutionShape(
    _ input: [Int], _ weight: [Int], _ geometry: ConvolutionGeometry, bias: Bool, inference: Bool
  ) -> rss_convolution_shape {
    precondition(input.count == 4 && weight.count == 4, "a convolution takes [N, H, W, I] and [O, I / groups, KH, KW]")
    precondition(
      input[3] == weight[1] * geometry.groups && weight[0] % geometry.groups == 0,
      "channels don't agree: input \(input), weight \(weight), \(geometry.groups) groups")
    let padding = geometry.padding
    let outHeight = geometry.outputLength(input[1], padding.top, padding.bottom, taps: weight[2])
    let outWidth = geometry.outputLength(input[2], padding.left, padding.right, taps: weight[3])
    // oneDNN wants the padding that the window really reaches; what a stride leaves over is cut off.
    let bottom = (outHeight - 1) * geometry.stride + geometry.dilation * (weight[2] - 1) + 1 - input[1] - padding.top
    let right = (outWidth - 1) * geometry.stride + geometry.dilation * (weight[3] - 1) + 1 - input[2] - padding.left
    return rss_convolution_shape(
      batch: Int32(input[0]), in_height: Int32(input[1]), in_width: Int32(input[2]), in_channels: Int32(input[3]),
      out_channels: Int32(weight[0]), kernel_height: Int32(weight[2]), kernel_width: Int32(weight[3]),
      stride: Int32(geometry.stride), dilation: Int32(geometry.dilation), groups: Int32(geometry.groups),
      pad_top: Int32(padding.top), pad_left: Int32(padding.left), pad_bottom: Int32(bottom), pad_right: Int32(right),
      out_height: Int32(outHeight), out_width: Int32(outWidth), bias: bias, inference: inference)
  }
}

extension rss_convolution_shape {
  /// What tells one primitive from another.
  fileprivate var fields: [Int32] {
    [
      batch, in_height, in_width, in_channels, out_channels, kernel_height, kernel_width, stride, dilation, groups,
      pad_top, pad_left, pad_bottom, pad_right, bias ? 1 : 0, inference ? 1 : 0,
    ]
  }
}
