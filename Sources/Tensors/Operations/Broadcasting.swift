import CKernels

extension Tape {
  /// One pixel everywhere: `[N, 1, 1, C]` -> `[N, height, width, C]`.
  public func broadcast(_ input: Variable, height: Int, width: Int) -> Variable {
    let (n, h, w, c) = input.value.nhwc
    precondition(h == 1 && w == 1 && height >= 1 && width >= 1, "one pixel is broadcast to an image")
    let pixels = height * width
    let output = Tensor(uninitialized: [n, height, width, c])
    measured(.broadcast) {
      parallelRanges(n) { images in
        for i in images {
          for p in 0..<pixels {
            (output.address + (i * pixels + p) * c).update(from: input.value.address + i * c, count: c)
          }
        }
      }
    }
    let slot = input.slot
    return record(.broadcast, output, from: [input]) { gradient in
      let inputGradient = Tensor(zeros: [n, 1, 1, c])
      parallelRanges(n) { images in
        for i in images {
          for p in 0..<pixels { rss_add(inputGradient.address + i * c, gradient.address + (i * pixels + p) * c, c) }
        }
      }
      slot?.accumulate(inputGradient)
    }
  }
}
