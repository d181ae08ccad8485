extension Tape {
  /// The mean over all pixels of each image: `[N, H, W, C]` -> `[N, 1, 1, C]`.
  public func globalAveragePooling(_ input: Variable) -> Variable {
    let (n, h, w, c) = input.value.nhwc
    precondition(h >= 1 && w >= 1, "a mean needs at least one pixel")
    let output = Tensor(zeros: [n, 1, 1, c])
    measured(.globalAveragePooling) {
      parallelRanges(n) { images in
        for i in images {
          let sums = output.address + i * c
          let pixels = input.value.address + i * h * w * c
          for p in 0..<h * w { for k in 0..<c { sums[k] += pixels[p * c + k] } }
          for k in 0..<c { sums[k] /= Float(h * w) }
        }
      }
    }
    let slot = input.slot
    return record(.globalAveragePooling, output, from: [input]) { gradient in
      let inputGradient = Tensor(uninitialized: [n, h, w, c])
      parallelRanges(n) { images in
        for i in images {
          let target = inputGradient.address + i * h * w * c
          for k in 0..<c {
            let share = gradient.address[i * c + k] / Float(h * w)
            for p in 0..<h * w { target[p * c + k] = share }
          }
        }
      }
      slot?.accumulate(inputGradient)
    }
  }
}
