import CKernels
import Tensors

/// The rewards of a batch's maps: R[n][m], one number for each map of each image, or of each region of an image. All
/// that the learner gets to see.
public struct ImageRewards: Sendable, Equatable {
  /// Images, or regions of all images where a reward is about a region: those of the first image first.
  public let images: Int
  /// M, of each image.
  public let maps: Int
  /// `[N, M]`.
  public let values: [Double]

  /// - Precondition: images x maps values.
  public init(images: Int, maps: Int, values: [Double]) {
    precondition(values.count == images * maps, "one reward per map: \(images) x \(maps), \(values.count) rewards")
    (self.images, self.maps, self.values) = (images, maps, values)
  }

  /// Over all maps of all images; nil for an empty batch.
  public var mean: Double? { values.isEmpty ? nil : values.reduce(0, +) / Double(values.count) }

  subscript(image: Int) -> ArraySlice<Double> { values[image * maps..<(image + 1) * maps] }
}

extension ActionMaps {
  /// Scores every map against the truth, at full resolution: what an environment does that has the labels.
  ///
  /// One pass counts, for each map, how often each class was chosen and how often rightly; all scores follow from
  /// these counts. Void pixels are in no count.
  ///
  /// - Parameters:
  ///   - labels: N H W class ids, 255 = void.
  ///   - regions: how many patches along the shorter side get a reward of their own; 1 is the whole image. Units must
  ///     be pixels for more.
  /// - Complexity: O(N H W M), about 1 ns per action and core.
  public func rewards(_ score: Score, labels: [UInt8], regions cells: Int = 1) -> ImageRewards {
    precondition(labels.count == images * pixels, "one label per pixel")
    let histogram = self.cells.map { $0.grid.histogram(of: labels, classes: classes) }
    precondition(cells == 1 || self.cells == nil, "patches of a coarser grid's maps")
    let regions = RewardRegions(cells: cells, height: height, width: width)
    var values = [Double](repeating: 0, count: images * regions.count * maps)
    withPointers(writing: &values) { target in
      parallelRanges(images) { range in
        for n in range { count(image: n, labels, histogram, score, regions, into: target + n * regions.count * maps) }
      }
    }
    return ImageRewards(images: images * regions.count, maps: maps, values: values)
  }

  private func count(
    image n: Int, _ labels: [UInt8], _ histogram: [Int32]?, _ score: Score, _ regions: RewardRegions,
    into rewards: UnsafeMutablePointer<Double>
  ) {
    let size = maps * classes
    var truth = [Int32](repeating: 0, count: regions.count * classes)
    var predicted = [Int32](repeating: 0, count: regions.count * size)
    var intersection = predicted
    for segment in regions.segments {
      countTruth(image: n, segment, labels, histogram, &truth)
      withPointers(writing: &predicted, &intersection) { predicted, intersection in
        countActions(
          image: n, segment, labels, histogram, predicted + segment.region * size,
          intersection + segment.region * size)
      }
    }
    truth.withUnsafeBufferPointer { truth in
      for region in 0..<regions.count {
        for m in 0..<maps {
          rewards[region * maps + m] = score(
            intersection: { intersection[region * size + $0 * maps + m] },
            predicted: { predicted[region * size + m * classes + $0] },
            truth: UnsafeBufferPointer(rebasing: truth[region * classes..<(region + 1) * classes]))
        }
      }
    }
  }

  /// - Parameter histogram: of the cells, where units are cells.
  private func countTruth(
    image n: Int, _ segment: RewardRegions.Segment, _ labels: [UInt8], _ histogram: [Int32]?, _ truth: inout [Int32]
  ) {
    if let histogram {
      for u in n * units..<(n + 1) * units {
        for k in 0..<classes { truth[k] += histogram[u * (classes + 1) + k] }
      }
    } else {
      for u in segment.units where labels[n * units + u] != 255 {
        truth[segment.region * classes + Int(labels[n * units + u])] += 1
      }
    }
  }

  private func countActions(
    image n: Int, _ segment: RewardRegions.Segment, _ labels: [UInt8], _ histogram: [Int32]?,
    _ predicted: UnsafeMutablePointer<Int32>, _ intersection: UnsafeMutablePointer<Int32>
  ) {
    let first = n * units + segment.units.lowerBound
    if let histogram {
      withPointers(reading: actions, histogram) { action, histogram in
        rss_count_cells(
          predicted, intersection, action + first * maps, histogram + first * (classes + 1), units, Int32(classes),
          Int32(maps))
      }
    } else {
      withPointers(reading: actions, labels) { action, label in
        rss_count_actions(
          predicted, intersection, action + first * maps, label + first, segment.units.count, Int32(classes),
          Int32(maps))
      }
    }
  }
}
