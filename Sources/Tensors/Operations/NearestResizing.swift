import CKernels

extension Tape {
  /// Nearest-neighbour resizing: out[y, x] = in[floor(y H / H'), floor(x W / W')], PyTorch's `nearest`.
  ///
  /// - Parameter input: `[N, H, W, C]`.
  /// - Returns: `[N, height, width, C]`.
  public func nearestResizing(_ input: Variable, height: Int, width: Int) -> Variable {
    let (n, h, w, c) = input.value.nhwc
    precondition(height >= 1 && width >= 1 && h >= 1 && w >= 1, "an image has at least one pixel")
    let rows = (0..<height).map { Int32($0 * h / height) }
    let columns = (0..<width).map { Int32($0 * w / width) }
    let output = Tensor(uninitialized: [n, height, width, c])
    measured(.nearestResizing) {
      parallelRanges(n) { images in
        for i in images {
          rss_gather_pixels(
            output.address + i * height * width * c, c, input.value.address + i * h * w * c, rows, columns, height,
            width, w, c)
        }
      }
    }
    let slot = input.slot
    return record(.nearestResizing, output, from: [input]) { gradient in
      let inputGradient = Tensor(uninitialized: [n, h, w, c])
      parallelRanges(n) { images in
        for i in images {
          rss_scatter_pixels(
            inputGradient.address + i * h * w * c, gradient.address + i * height * width * c, c, rows, columns, height,
            width, h, w, c)
        }
      }
      slot?.accumulate(inputGradient)
    }
  }
}
