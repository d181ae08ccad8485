import CKernels

extension Tape {
  /// a + b, elementwise, of the same shape.
  public func addition(_ a: Variable, _ b: Variable) -> Variable {
    precondition(a.shape == b.shape, "an addition takes one shape, not \(a.shape) and \(b.shape)")
    var output = a.value
    measured(.addition) {
      output.withMutableScalars { target in
        parallelRanges(b.value.count, minimumPerThread: elementwiseGrain) {
          rss_add(target + $0.lowerBound, b.value.address + $0.lowerBound, $0.count)
        }
      }
    }
    let (slotA, slotB) = (a.slot, b.slot)
    return record(.addition, output, from: [a, b]) { gradient in
      slotA?.accumulate(gradient)  // shared until one of the two is written to
      slotB?.accumulate(gradient)
    }
  }
}
