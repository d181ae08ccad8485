import CKernels

extension Tape {
  /// x Phi(x), elementwise, Phi the standard normal distribution (Hendrycks and Gimpel 2016), by its error function and not
  /// by tanh.
  public func gelu(_ input: Variable) -> Variable {
    let output = Tensor(uninitialized: input.shape)
    measured(.gelu) {
      parallelRanges(output.count, minimumPerThread: elementwiseGrain) {
        rss_gelu(output.address + $0.lowerBound, input.value.address + $0.lowerBound, $0.count)
      }
    }
    let (source, slot) = (input.value, input.slot)
    return record(.gelu, output, from: [input]) { gradient in
      gradient.withMutableScalars { target in
        parallelRanges(source.count, minimumPerThread: elementwiseGrain) {
          rss_gelu_backward(target + $0.lowerBound, source.address + $0.lowerBound, $0.count)
        }
      }
      slot?.accumulate(gradient)
    }
  }
}
