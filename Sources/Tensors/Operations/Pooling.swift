import COneDNN

/// Square windows of a pooling.
package struct PoolingWindow: Hashable, Sendable {
  /// Pixels of a side.
  package let kernel: Int
  /// Pixels from one window to the next.
  package let stride: Int
  /// Pixels around the image that windows reach.
  package let padding: Int
}

extension Tape {
  /// The largest value in each window of `kernel` x `kernel` pixels, by oneDNN; padding never wins.
  ///
  /// - Parameter input: `[N, H, W, C]`.
  /// - Returns: `[N, (H + 2 padding - kernel) / stride + 1, …, C]`.
  public func maxPooling(_ input: Variable, kernel: Int, stride: Int, padding: Int = 0) -> Variable {
    let window = PoolingWindow(kernel: kernel, stride: stride, padding: padding)
    return pooling(input, window, .maximumPooling(window), maximum: true)
  }

  /// The mean of each window, over the pixels that lie inside the image, by oneDNN.
  public func averagePooling(_ input: Variable, kernel: Int, stride: Int, padding: Int = 0) -> Variable {
    let window = PoolingWindow(kernel: kernel, stride: stride, padding: padding)
    return pooling(input, window, .averagePooling(window), maximum: false)
  }

  private func pooling(
    _ input: Variable, _ window: PoolingWindow, _ operation: Operation, maximum: Bool
  ) -> Variable {
    let (n, h, w, c) = input.value.nhwc
    let (kernel, stride, padding) = (window.kernel, window.stride, window.padding)
    precondition(
      kernel >= 1 && stride >= 1 && padding >= 0 && padding < kernel, "a window covers at least one pixel of the image")
    let geometry = ConvolutionGeometry(stride: stride)
    let outHeight = geometry.outputLength(h, padding, padding, taps: kernel)
    let outWidth = geometry.outputLength(w, padding, padding, taps: kernel)
    var shape = rss_pooling_shape(
      batch: Int32(n), in_height: Int32(h), in_width: Int32(w), channels: Int32(c), out_height: Int32(outHeight),
      out_width: Int32(outWidth), kernel: Int32(kernel), stride: Int32(stride), pad_top: Int32(padding),
      pad_left: Int32(padding), pad_bottom: Int32((outHeight - 1) * stride + kernel - h - padding),
      pad_right: Int32((outWidth - 1) * stride + kernel - w - padding), maximum: maximum, inference: !isRecording)
    let output = Tensor(uninitialized: [n, outHeight, outWidth, c])
    guard output.count > 0 else { return Variable(output) }
    var workspace: Storage?
    measured(operation) {
      OperationCache.current.run(.poolingForward, shape.fields) {
        rss_pooling_forward_create(&shape, $0)
      } _: {
        let bytes = rss_pooling_workspace_bytes($0)
        workspace = bytes > 0 ? Storage(bytes: bytes) : nil
        return rss_pooling_forward_run($0, input.value.address, workspace?.pointer, output.address)
      }
    }
    if maximum { passNaN(from: input.value, to: output, kernel, stride, padding) }
    let slot = input.slot
    return record(operation, output, from: [input]) { [workspace] gradient in
      var shape = shape
      let inputGradient = Tensor(uninitialized: [n, h, w, c])
      OperationCache.current.run(.poolingBackward, shape.fields) {
        rss_pooling_backward_create(&shape, $0)
      } _: {
        rss_pooling_backward_run($0, gradient.address, workspace?.pointer, inputGradient.address)
      }
      slot?.accumulate(inputGradient)
    }
  }
}

/// oneDNN's maximum drops NaN: every window that has one gets it back. One pass over the input where there is none.
private func passNaN(from input: Tensor, to output: Tensor, _ kernel: Int, _ stride: Int, _ padding: Int) {
  let (n, h, w, c) = input.nhwc
  let (outHeight, outWidth) = (output.nhwc.height, output.nhwc.width)
  var hasNaN: UInt32 = 0
  for i in 0..<input.count { hasNaN |= input.address[i].isNaN ? 1 : 0 }
  guard hasNaN != 0 else { return }
  for image in 0..<n {
    for y in 0..<outHeight {
      for x in 0..<outWidth {
        let rows = max(0, y * stride - padding)..<min(h, y * stride - padding + kernel)
        let columns = max(0, x * stride - padding)..<min(w, x * stride - padding + kernel)
        for row in rows {
          for column in columns {
            for k in 0..<c where input.address[((image * h + row) * w + column) * c + k].isNaN {
              output.address[((image * outHeight + y) * outWidth + x) * c + k] = .nan
            }
          }
        }
      }
    }
  }
}

extension rss_pooling_shape {
  fileprivate var fields: [Int32] {
    [
      batch, in_height, in_width, channels, kernel, stride, pad_top, pad_left, pad_bottom, pad_right,
      maximum ? 1 : 0, inference ? 1 : 0,
    ]
  }
}
