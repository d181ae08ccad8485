import CKernels
import COpenBLAS
import Tensors

/// What the actions of a map explain of its reward, fitted on one image's maps: an action-dependent baseline for image-level
/// reward. Ours, not the paper's.
///
/// A map's reward is nearly a sum over its units, so most of its variance comes from what all the *other* units did. The
/// policy's own classes divide the image into soft regions, within which one effect for each action is assumed:
///
///     R_m = c + sum_u h_u,a_mu + noise,   h_u,k = sum_j s_j^2 pi_u,j B_j,k,   s_j = (sum_u pi_u,j + 5)^(-1/2)
///
/// which is a ridge regression of the M rewards on K x K features, F_m,j,k = s_j sum_u pi_u,j (1[a_mu = k] - pi_u,k). Each map
/// is judged by a fit to the others (closed form), so that the estimator's mean is the exact gradient:
///
///     -dL/dz_u,k = 1/M sum_m (R_m - Rhat_m^(-m)) (1[a_mu = k] - pi_u,k) + pi_u,k (h_u,k - sum_l pi_u,l h_u,l)
///
/// the first term with the unexplained part of the rewards, the second the expectation of the explained part. How much it
/// explains: paper/estimators.md. The mean is the exact gradient, because neither a map's baseline nor the ridge, which is relative
/// to the features' mean square as the policy alone makes it expected, depends on the map's own actions. (SyncAN's
/// deviation does. With exploration, the gradient is the one that `imagePolicyGradient` says.)
struct RegionRegression {
  /// R_m minus what the fit to the other maps predicts.
  var residuals: [Double]
  /// `[K, K]`, effects[j][k] = s_j B_j,k, averaged over the M fits; zero where the policy is certain.
  var effects: [Float]

  /// Ridge relative to the features' mean square: best or near it on maps of fashion32 at steps 25 to 400, where 0.3 to 2
  /// were best.
  private static let ridge = 0.5
  /// Pixels added to a region's size: a class that the policy gives to almost no pixel gets no large weight.
  private static let smallestRegion: Float = 5

  static func ofAllRegions(_ sampled: ActionMaps, _ rewards: ImageRewards, _ regions: RewardRegions)
    -> [RegionRegression]
  {
    var results = [RegionRegression](
      repeating: RegionRegression(residuals: [], effects: []), count: sampled.images * regions.count)
    withPointers(writing: &results) { target in
      parallelRanges(sampled.images) { range in
        for n in range {
          for (region, features) in Features.ofRegions(image: n, of: sampled, regions).enumerated() {
            let place = n * regions.count + region
            target[place] = RegionRegression(Array(rewards[place]), features)
          }
        }
      }
    }
    return results
  }

  private init(residuals: [Double], effects: [Float]) { (self.residuals, self.effects) = (residuals, effects) }

  private init(_ rewards: [Double], _ features: Features) {
    let (maps, size) = (rewards.count, features.classes * features.classes)
    let mean = meanReward(rewards)
    let unexplained = rewards.map { ($0 - mean) * Double(maps) / Double(maps - 1) }
    self.init(residuals: unexplained, effects: [Float](repeating: 0, count: size))
    let scale = features.expectedSquare
    guard scale > 0 else { return }
    var precision = features.kernel(maps: maps)
    for i in precision.indices { precision[i] /= scale }
    for m in 0..<maps { precision[m * maps + m] += Self.ridge }
    guard rss_invert_positive(Int32(maps), &precision) else { return }
    // c is free: its direction is projected out, P <- P - P 1 1^T P / (1^T P 1).
    let sums = (0..<maps).map { m in (0..<maps).reduce(0) { $0 + precision[m * maps + $1] } }
    let total = sums.reduce(0, +)
    for m in 0..<maps {
      for n in 0..<maps { precision[m * maps + n] -= sums[m] * sums[n] / total }
    }
    func times(_ x: [Double]) -> [Double] {
      (0..<maps).map { m in (0..<maps).reduce(0) { $0 + precision[m * maps + $1] * x[$1] } }
    }
    // Differences from the mean, so that equal rewards leave exactly nothing.
    let weights = times(rewards.map { $0 - mean })
    residuals = (0..<maps).map { weights[$0] / precision[$0 * maps + $0] }
    let correction = times(residuals)
    for m in 0..<maps {
      let weight = Float((weights[m] - correction[m] / Double(maps)) / scale)
      for i in 0..<size { effects[i] += weight * features.values[m * size + i] }
    }
    for j in 0..<features.classes {
      for k in 0..<features.classes { effects[j * features.classes + k] *= features.sizes[j] }
    }
  }

  /// F of one region, `[M, j, k]`, s, and the expectation of the sum of a map's F^2,
  /// sum_j s_j^2 sum_u pi_u,j^2 (1 - sum_k pi_u,k^2).
  private struct Features {
    var classes: Int
    var values: [Float]
    var sizes: [Float]
    var expectedSquare: Double

    static func ofRegions(image n: Int, of sampled: ActionMaps, _ regions: RewardRegions) -> [Features] {
      let (units, classes, maps) = (sampled.units, sampled.classes, sampled.maps)
      let stride = Int(rss_region_stride(Int32(classes)))
      let size = classes * stride
      var counts = [Float](repeating: 0, count: regions.count * maps * size)
      var mass = [Float](repeating: 0, count: regions.count * classes)
      var expected = [Float](repeating: 0, count: regions.count * size)
      var squares = [Float](repeating: 0, count: regions.count * classes)
      withPointers(
        writing: &counts, &mass, &expected, &squares, reading: sampled.probabilities, sampled.actions, sampled.void
      ) { counts, mass, expected, squares, probabilities, action, void in
        for segment in regions.segments {
          let (region, first) = (segment.region, n * units + segment.units.lowerBound)
          rss_region_counts(
            counts + region * maps * size, mass + region * classes, expected + region * size,
            squares + region * classes, probabilities + first * classes, action + first * maps, void + first,
            segment.units.count, Int32(classes), Int32(maps))
        }
      }
      return (0..<regions.count).map { region in
        let sizes = (0..<classes).map { 1 / (mass[region * classes + $0] + smallestRegion).squareRoot() }
        var values = [Float](repeating: 0, count: maps * classes * classes)
        for m in 0..<maps {
          for j in 0..<classes {
            for k in 0..<classes {
              values[(m * classes + j) * classes + k] =
                sizes[j]
                * (counts[(region * maps + m) * size + k * stride + j] - expected[region * size + k * stride + j])
            }
          }
        }
        let expectedSquare = (0..<classes).reduce(0.0) {
          $0 + Double(sizes[$1] * sizes[$1]) * Double(squares[region * classes + $1])
        }
        return Features(classes: classes, values: values, sizes: sizes, expectedSquare: expectedSquare)
      }
    }

    /// F F^T, `[M, M]`.
    func kernel(maps: Int) -> [Double] {
      let size = classes * classes
      var product = [Float](repeating: 0, count: maps * maps)
      rss_gemm(
        false, true, Int32(maps), Int32(maps), Int32(size), 1, values, Int32(size), values, Int32(size), 0, &product,
        Int32(maps))
      return product.map(Double.init)
    }
  }
}
