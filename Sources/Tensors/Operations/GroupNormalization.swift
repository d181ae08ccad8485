import CKernels

extension Tape {
  /// Group normalisation (Wu and He 2018) with ReLU behind it: statistics over the pixels of one image and the channels of
  /// one group.
  ///
  ///     y = max(0, scale (x - mean) / sqrt(variance + epsilon) + shift)
  ///
  /// - Parameters:
  ///   - input: `[N, H, W, C]`.
  ///   - groups: neighbouring channels are put into so many groups of equal size.
  public func groupNormalization(
    _ input: Variable, groups: Int, scale: Variable, shift: Variable, epsilon: Float = 1e-5
  ) -> Variable {
    let (n, h, w, c) = input.value.nhwc
    precondition(groups >= 1 && c % groups == 0, "\(c) channels aren't \(groups) equal groups")
    precondition(scale.shape == [c] && shift.shape == [c], "scale and shift have one value per channel")
    precondition(h * w >= 1, "statistics need at least one pixel")
    let output = Tensor(uninitialized: input.shape)
    let groupSize = c / groups
    var statistics = [GroupStatistics](repeating: .init(mean: [], root: []), count: n)
    measured(.groupNormalization(groups: groups, epsilon: epsilon)) {
      statistics.withUnsafeMutableBufferPointer { statistics in
        parallelRanges(n) { images in
          for i in images {
            let source = input.value.address + i * h * w * c
            let found = GroupStatistics(of: source, pixels: h * w, channels: c, groupSize: groupSize, epsilon: epsilon)
            let factor = (0..<c).map { Float(Double(scale.value.address[$0]) * found.root[$0 / groupSize]) }
            rss_normalization_apply(
              output.address + i * h * w * c, source, nil, found.means(groupSize), factor, shift.value.address, 0,
              .infinity, h * w, Int32(c))
            statistics[i] = found
          }
        }
      }
    }
    let (source, factors) = (input.value, scale.value)
    let (inputSlot, scaleSlot, shiftSlot) = (input.slot, scale.slot, shift.slot)
    return record(.groupNormalization(groups: groups, epsilon: epsilon), output, from: [input, scale, shift]) {
      [statistics] gradient in
      var sums = [Double](repeating: 0, count: n * 2 * c)
      gradient.withMutableScalars { gradient in
        sums.withUnsafeMutableBufferPointer { sums in
          parallelRanges(n) { images in
            for i in images {
              statistics[i].backward(
                gradient + i * h * w * c, output: output.address + i * h * w * c,
                source: source.address + i * h * w * c, scale: factors.address, pixels: h * w, groupSize: groupSize,
                sums: sums.baseAddress.map { $0 + i * 2 * c })
            }
          }
        }
      }
      func total(_ offset: Int) -> Tensor {
        Tensor((0..<c).map { k in Float((0..<n).reduce(0) { $0 + sums[$1 * 2 * c + offset + k] }) }, shape: [c])
      }
      scaleSlot?.accumulate(total(0))
      shiftSlot?.accumulate(total(c))
      inputSlot?.accumulate(gradient)
    }
  }
}

/// Of one image: each group's mean, and r = 1 / sqrt(variance + epsilon).
private struct GroupStatistics {
  var mean: [Double]
  var root: [Double]

  init(mean: [Double], root: [Double]) { (self.mean, self.root) = (mean, root) }

  /// From each channel's own moments, summed as differences from the first pixel, so that no digits are lost.
  init(of source: UnsafePointer<Float>, pixels: Int, channels: Int, groupSize: Int, epsilon: Float) {
    var moments = [Double](repeating: 0, count: 2 * channels)
    moments.withUnsafeMutableBufferPointer {
      guard let sums = $0.baseAddress else { return }
      rss_normalization_moments(sums, sums + channels, source, source, pixels, Int32(channels))
    }
    let means = (0..<channels).map { Double(source[$0]) + moments[$0] / Double(pixels) }
    let variances = (0..<channels).map { c in
      let offset = moments[c] / Double(pixels)
      return moments[channels + c] / Double(pixels) - offset * offset
    }
    let size = Double(groupSize)
    let mean = (0..<channels / groupSize).map { g in (0..<groupSize).reduce(0) { $0 + means[g * groupSize + $1] } / size
    }
    root = mean.indices.map { g in
      let variance = (0..<groupSize).reduce(0.0) { sum, k in
        let c = g * groupSize + k
        return sum + variances[c] + (means[c] - mean[g]) * (means[c] - mean[g])
      }
      return 1 / (variance / size + Double(epsilon)).squareRoot()
    }
    self.mean = mean
  }

  func means(_ groupSize: Int) -> [Float] { (0..<mean.count * groupSize).map { Float(mean[$0 / groupSize]) } }

  /// Turns the gradient of the output into that of the input; `sums` gets those of scale, then those of shift.
  ///
  ///     dL/dx = r (scale g - mean of scale g - (x - mean) r^2 mean of scale g (x - mean)),   means over the group
  func backward(
    _ gradient: UnsafeMutablePointer<Float>, output: UnsafePointer<Float>, source: UnsafePointer<Float>,
    scale: UnsafePointer<Float>, pixels: Int, groupSize: Int, sums: UnsafeMutablePointer<Double>?
  ) {
    guard let sums else { return }
    let channels = mean.count * groupSize
    let centres = means(groupSize)
    rss_normalization_sums(
      sums + channels, sums, gradient, output, .infinity, source, centres, pixels, Int32(channels))
    let count = Double(pixels * groupSize)
    func average(of values: UnsafeMutablePointer<Double>) -> [Double] {
      mean.indices.map { g in
        (g * groupSize..<(g + 1) * groupSize).reduce(0) { $0 + Double(scale[$1]) * values[$1] } / count
      }
    }
    let (plain, product) = (average(of: sums + channels), average(of: sums))
    func channelwise(_ value: (_ channel: Int, _ group: Int) -> Double) -> [Float] {
      (0..<channels).map { Float(value($0, $0 / groupSize)) }
    }
    rss_normalization_spread(
      gradient, nil, output, .infinity, source, centres, channelwise { Double(scale[$0]) * root[$1] },
      channelwise { root[$1] * plain[$1] }, channelwise { root[$1] * root[$1] * root[$1] * product[$1] }, pixels,
      Int32(channels))
    for c in 0..<channels { sums[c] *= root[c / groupSize] }
  }
}
