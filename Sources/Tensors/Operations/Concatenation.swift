import CKernels

extension Tape {
  /// Puts the channels of `inputs` behind one another: `[N, H, W, C1]`, `[N, H, W, C2]`, … -> `[N, H, W, C1 + C2 + …]`.
  public func concatenation(_ inputs: [Variable]) -> Variable {
    guard let first = inputs.first else { preconditionFailure("a concatenation has at least one input") }
    let (n, h, w, _) = first.value.nhwc
    precondition(
      inputs.allSatisfy { $0.shape.count == 4 && Array($0.shape.prefix(3)) == [n, h, w] },
      "a concatenation takes images of one size: \(inputs.map(\.shape))")
    let widths = inputs.map { $0.shape[3] }
    let total = widths.reduce(0, +)
    let pixels = n * h * w
    let output = Tensor(uninitialized: [n, h, w, total])
    let offsets = widths.indices.map { widths[..<$0].reduce(0, +) }
    measured(.concatenation) {
      parallelRanges(pixels, minimumPerThread: 1 + elementwiseGrain / max(1, total)) { range in
        for (i, input) in inputs.enumerated() {
          rss_copy_channels(
            output.address + range.lowerBound * total + offsets[i], total,
            input.value.address + range.lowerBound * widths[i], widths[i], range.count, widths[i])
        }
      }
    }
    let slots = inputs.map(\.slot)
    return record(.concatenation, output, from: inputs) { gradient in
      for (i, slot) in slots.enumerated() {
        guard let slot else { continue }
        let part = Tensor(uninitialized: [n, h, w, widths[i]])
        parallelRanges(pixels, minimumPerThread: 1 + elementwiseGrain / max(1, widths[i])) { range in
          rss_copy_channels(
            part.address + range.lowerBound * widths[i], widths[i],
            gradient.address + range.lowerBound * total + offsets[i], total, range.count, widths[i])
        }
        slot.accumulate(part)
      }
    }
  }
}
