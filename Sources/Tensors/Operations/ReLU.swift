import CKernels

extension Tape {
  /// max(0, x), elementwise.
  public func relu(_ input: Variable) -> Variable { clipped(input, ceiling: .infinity) }

  /// min(max(0, x), 6), elementwise: MobileNet's activation.
  public func relu6(_ input: Variable) -> Variable { clipped(input, ceiling: 6) }

  /// The gradient passes where the output is strictly inside (0, ceiling).
  private func clipped(_ input: Variable, ceiling: Float) -> Variable {
    let output = Tensor(uninitialized: input.shape)
    measured(.relu(ceiling: ceiling)) {
      parallelRanges(output.count, minimumPerThread: elementwiseGrain) {
        rss_relu(output.address + $0.lowerBound, input.value.address + $0.lowerBound, ceiling, $0.count)
      }
    }
    let slot = input.slot
    return record(.relu(ceiling: ceiling), output, from: [input]) { gradient in
      gradient.withMutableScalars { target in
        parallelRanges(output.count, minimumPerThread: elementwiseGrain) {
          rss_relu_backward(target + $0.lowerBound, output.address + $0.lowerBound, ceiling, $0.count)
        }
      }
      slot?.accumulate(gradient)
    }
  }
}
