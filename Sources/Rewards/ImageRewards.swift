import CKernels
import Tensors

/// The image-level rewards of a batch: R[n][m], one number for each map of each image. All that the learner gets to see.
public struct ImageRewards: Sendable, Equatable {
  public let images: Int
  public let maps: Int
  /// `[N, M]`.
  public let values: [Double]

  public init(images: Int, maps: Int, values: [Double]) {
    precondition(values.count == images * maps, "one reward per map: \(images) x \(maps), \(values.count) rewards")
    (self.images, self.maps, self.values) = (images, maps, values)
  }

  /// Over all maps of all images; nil for an empty batch.
  public var mean: Double? { values.isEmpty ? nil : values.reduce(0, +) / Double(values.count) }

  subscript(image: Int) -> ArraySlice<Double> { values[image * maps..<(image + 1) * maps] }
}

extension ActionMaps {
  /// Scores every map against the truth.
  ///
  /// One pass counts, for each map, how often each class was chosen and how often rightly; all scores follow from
  /// these counts. Void pixels are in no count.
  ///
  /// - Parameter labels: N H W class ids, 255 = void.
  /// - Complexity: O(N H W M), about 1 ns per action and core.
  public func rewards(_ score: Score, labels: [UInt8]) -> ImageRewards {
    precondition(labels.count == images * units, "one label per unit")
    var values = [Double](repeating: 0, count: images * maps)
    values.withUnsafeMutableBufferPointer { values in
      labels.withUnsafeBufferPointer { labels in
        actions.withBytes { action in
          guard let target = values.baseAddress, let label = labels.baseAddress else { return }
          parallelRanges(images) { range in
            for n in range {
              count(action + n * units * maps, label + n * units, score, into: target + n * maps)
            }
          }
        }
      }
    }
    return ImageRewards(images: images, maps: maps, values: values)
  }

  private func count(
    _ actions: UnsafePointer<UInt8>, _ labels: UnsafePointer<UInt8>, _ score: Score,
    into rewards: UnsafeMutablePointer<Double>
  ) {
    var truth = [Int32](repeating: 0, count: classes)
    for u in 0..<units where labels[u] != 255 { truth[Int(labels[u])] += 1 }
    var predicted = [Int32](repeating: 0, count: maps * classes)
    var intersection = [Int32](repeating: 0, count: classes * maps)
    rss_count_actions(&predicted, &intersection, actions, labels, units, Int32(classes), Int32(maps))
    truth.withUnsafeBufferPointer { truth in
      for m in 0..<maps {
        rewards[m] = score(
          intersection: { intersection[$0 * maps + m] }, predicted: { predicted[m * classes + $0] }, truth: truth)
      }
    }
  }
}
