import COneDNN

/// Running statistics of a batch normalisation, used in evaluation.
public final class NormalizationStatistics {
  /// As in the checkpoint: `encoder.0.normalization`; `.running_mean` and `.running_var` are appended.
  public let name: String
  public package(set) var mean: Tensor
  /// Unbiased (divided by n - 1), as PyTorch keeps it.
  public package(set) var variance: Tensor

  public init(name: String, channels: Int) {
    self.name = name
    mean = Tensor(zeros: [channels])
    variance = Tensor(filledWith: 1, shape: [channels])
  }
}

extension Tape {
  /// Batch normalisation (Ioffe and Szegedy 2015), by oneDNN, with ReLU fused behind it.
  ///
  ///     y = max(0, scale (x - mean) / sqrt(variance + epsilon) + shift)
  ///
  /// A recording tape takes mean and (biased) variance over N, H and W of the batch and moves the running statistics
  /// by `momentum`; any other tape uses the running statistics.
  ///
  /// - Parameters: `input` is `[N, H, W, C]`; `scale` and `shift` are `[C]`.
  public func batchNormalization(
    _ input: Variable, scale: Variable, shift: Variable, statistics: NormalizationStatistics, relu: Bool = true,
    epsilon: Float = 1e-5, momentum: Float = 0.1
  ) -> Variable {
    let (n, h, w, c) = input.value.nhwc
    precondition(scale.shape == [c] && shift.shape == [c], "scale and shift have one value per channel")
    var shape = rss_normalization_shape(
      batch: Int32(n), height: Int32(h), width: Int32(w), channels: Int32(c), epsilon: epsilon, relu: relu,
      inference: !isRecording)
    let output = Tensor(uninitialized: input.shape)
    guard output.count > 0 else { return Variable(output) }
    let mean = isRecording ? Tensor(uninitialized: [c]) : statistics.mean
    let variance = isRecording ? Tensor(uninitialized: [c]) : statistics.variance
    var workspace: Storage?
    measured("normalization") {
      OperationCache.shared.run(.normalizationForward, shape.fields) {
        rss_normalization_forward_create(&shape, $0)
      } _: { operation in
        let bytes = rss_normalization_workspace_bytes(operation)
        workspace = bytes > 0 ? Storage(bytes: bytes) : nil
        return rss_normalization_forward_run(
          operation, input.value.address, scale.value.address, shift.value.address, mean.address, variance.address,
          workspace?.pointer, output.address)
      }
      if isRecording { statistics.move(towards: mean, variance, samples: n * h * w, momentum: momentum) }
    }
    let (source, factor) = (input.value, scale.value)
    let (inputSlot, scaleSlot, shiftSlot) = (input.slot, scale.slot, shift.slot)
    return record("normalization", output, from: [input, scale, shift]) { [workspace] gradient in
      var shape = shape
      let scaleGradient = Tensor(uninitialized: [c])
      let shiftGradient = Tensor(uninitialized: [c])
      gradient.withMutableScalars { gradient in  // in place
        OperationCache.shared.run(.normalizationBackward, shape.fields) {
          rss_normalization_backward_create(&shape, $0)
        } _: {
          rss_normalization_backward_run(
            $0, source.address, gradient, mean.address, variance.address, factor.address, workspace?.pointer,
            gradient, scaleGradient.address, shiftGradient.address)
        }
      }
      scaleSlot?.accumulate(scaleGradient)
      shiftSlot?.accumulate(shiftGradient)
      inputSlot?.accumulate(gradient)
    }
  }
}

extension NormalizationStatistics {
  /// running = (1 - momentum) running + momentum batch, with the unbiased variance; a single sample has none and
  /// leaves it as it is.
  fileprivate func move(towards batchMean: Tensor, _ batchVariance: Tensor, samples: Int, momentum: Float) {
    mean.withMutableScalars { running in
      for c in 0..<batchMean.count { running[c] += momentum * (batchMean.address[c] - running[c]) }
    }
    guard samples > 1 else { return }
    let unbiased = Float(samples) / Float(samples - 1)
    variance.withMutableScalars { running in
      for c in 0..<batchVariance.count { running[c] += momentum * (unbiased * batchVariance.address[c] - running[c]) }
    }
  }
}

extension rss_normalization_shape {
  fileprivate var fields: [Int32] {
    [
      batch, height, width, channels, Int32(bitPattern: epsilon.bitPattern), relu ? 1 : 0, inference ? 1 : 0,
    ]
  }
}

extension NormalizationStatistics {
  /// Takes other values of the same shape: from a checkpoint.
  public func replace(mean: Tensor, variance: Tensor) {
    precondition(mean.shape == self.mean.shape && variance.shape == self.variance.shape, "one value per channel")
    (self.mean, self.variance) = (mean, variance)
  }
}
