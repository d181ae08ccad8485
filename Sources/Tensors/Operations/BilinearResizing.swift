import COneDNN

extension Tape {
  /// Bilinear resizing by oneDNN, pixel centres aligned (PyTorch's `align_corners=False`).
  ///
  /// - Parameter input: `[N, H, W, C]`.
  /// - Returns: `[N, height, width, C]`.
  public func bilinearResizing(_ input: Variable, height: Int, width: Int) -> Variable {
    let (n, h, w, c) = input.value.nhwc
    precondition(height >= 1 && width >= 1 && h >= 1 && w >= 1, "an image has at least one pixel")
    var shape = rss_bilinear_shape(
      batch: Int32(n), in_height: Int32(h), in_width: Int32(w), channels: Int32(c), out_height: Int32(height),
      out_width: Int32(width))
    let fields = [shape.batch, shape.in_height, shape.in_width, shape.channels, shape.out_height, shape.out_width]
    let output = Tensor(uninitialized: [n, height, width, c])
    guard output.count > 0 else { return Variable(output) }
    measured(.bilinearResizing) {
      OperationCache.current.run(.bilinearForward, fields) {
        rss_bilinear_forward_create(&shape, $0)
      } _: {
        rss_bilinear_forward_run($0, input.value.address, output.address)
      }
    }
    let slot = input.slot
    return record(.bilinearResizing, output, from: [input]) { gradient in
      var shape = shape
      let inputGradient = Tensor(uninitialized: [n, h, w, c])
      OperationCache.current.run(.bilinearBackward, fields) {
        rss_bilinear_backward_create(&shape, $0)
      } _: {
        rss_bilinear_backward_run($0, gradient.address, inputGradient.address)
      }
      slot?.accumulate(inputGradient)
    }
  }
}
