import CKernels

extension Tape {
  /// Bilinear resizing that keeps the corner pixels where they are, PyTorch's `align_corners=True`: what smp's decoders
  /// enlarge with. oneDNN has only the kind that aligns pixel centres, `bilinearResizing`.
  ///
  ///     out[y] = (1 - s) in[i] + s in[i + 1],   i + s = y (H - 1) / (H' - 1)
  ///
  /// and likewise along the columns.
  ///
  /// - Parameter input: `[N, H, W, C]`.
  /// - Returns: `[N, height, width, C]`.
  public func cornerAlignedResizing(_ input: Variable, height: Int, width: Int) -> Variable {
    let (n, h, w, c) = input.value.nhwc
    precondition(height >= 1 && width >= 1 && h >= 1 && w >= 1, "an image has at least one pixel")
    let (rows, columns) = (LinearTaps(from: h, to: height), LinearTaps(from: w, to: width))
    let output = Tensor(uninitialized: [n, height, width, c])
    measured(.cornerAlignedResizing) {
      parallelRanges(n * height) { range in
        let blended = Storage(bytes: w * c * MemoryLayout<Float>.stride)
        let row = blended.pointer.assumingMemoryBound(to: Float.self)
        for i in range {
          let (image, y) = (i / height, i % height)
          let above = input.value.address + (image * h + Int(rows.first[y])) * w * c
          let under = Int(rows.first[y]) + 1 < h ? above + w * c : above
          rss_blend(row, above, under, rows.share[y], w * c)
          rss_expand_row(output.address + i * width * c, row, columns.first, columns.share, width, w, c)
        }
      }
    }
    let slot = input.slot
    return record(.cornerAlignedResizing, output, from: [input]) { gradient in
      let inputGradient = Tensor(uninitialized: [n, h, w, c])
      let uses = rows.uses(of: h)
      parallelRanges(n * h) { range in
        let gathered = Storage(bytes: width * c * MemoryLayout<Float>.stride)
        let row = gathered.pointer.assumingMemoryBound(to: Float.self)
        for i in range {
          let (image, y) = (i / h, i % h)
          row.update(repeating: 0, count: width * c)
          for use in uses[y] {
            rss_accumulate(row, gradient.address + (image * height + use.output) * width * c, use.share, width * c)
          }
          rss_reduce_row(inputGradient.address + i * w * c, row, columns.first, columns.share, width, w, c)
        }
      }
      slot?.accumulate(inputGradient)
    }
  }
}

/// Along one axis: each output lies between the pixels `first` and `first + 1`, `share` of the way.
private struct LinearTaps {
  let first: [Int32]
  let share: [Float]

  init(from input: Int, to output: Int) {
    let step = output > 1 ? Double(input - 1) / Double(output - 1) : 0
    let places = (0..<output).map { Double($0) * step }
    first = places.map { Int32(min(Int($0), input - 1)) }
    share = zip(places, first).map { Float($0 - Double($1)) }
  }

  /// Which outputs each of the input's pixels reaches, and how much of it.
  func uses(of input: Int) -> [[(output: Int, share: Float)]] {
    var uses = [[(output: Int, share: Float)]](repeating: [], count: input)
    for (output, (i, share)) in zip(first, share).enumerated() {
      let following = min(Int(i) + 1, input - 1)
      uses[Int(i)].append((output, 1 - share))
      if share != 0 { uses[following].append((output, share)) }
    }
    return uses
  }
}
