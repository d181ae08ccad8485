import Tensors
import Testing

@testable import Rewards

@Suite struct RegionRegressionTests {
  private typealias Trial = ImagePolicyGradientTests.Trial

  /// The estimator straight from its definition, in double precision: for each map, the ridge regression on all the others
  /// solved as such, its prediction of the map's reward, and the mean of the fits' effects.
  private func refittedGradient(_ trial: ImagePolicyGradientTests.Trial) -> [Double] {
    let (sampled, labels, logits) = (trial.sampled, trial.labels, trial.logits)
    let policy = softmax(logits)
    let (units, classes, maps) = (sampled.units, sampled.classes, sampled.maps)
    let valid = Double(labels.count { $0 != 255 })
    var residuals: [[Double]] = []
    var gradient = [Double](repeating: 0, count: labels.count * classes)
    for n in 0..<sampled.images {
      let used = (0..<units).filter { labels[n * units + $0] != 255 }
      let pi = (0..<units).map { policy[n * units + $0] }
      var size: [Double] = []
      for j in 0..<classes {
        let mass = used.reduce(0.0) { $0 + pi[$1][j] }
        size.append(1 / (mass + 5).squareRoot())
      }
      var features: [[Double]] = []
      for m in 0..<maps {
        var row = [Double](repeating: 0, count: classes * classes)
        let map = sampled.map(m, ofImage: n)
        for u in used {
          for j in 0..<classes {
            for k in 0..<classes {
              let chosen: Double = Int(map[u]) == k ? 1 : 0
              row[j * classes + k] += size[j] * pi[u][j] * (chosen - pi[u][k])
            }
          }
        }
        features.append(row)
      }
      // The expectation of a map's squared features, over the policy.
      var square = 0.0
      for u in used {
        let collision = pi[u].reduce(0.0) { $0 + $1 * $1 }
        for j in 0..<classes { square += size[j] * size[j] * pi[u][j] * pi[u][j] * (1 - collision) }
      }
      let rewards = Array(trial.rewards.values[n * maps..<(n + 1) * maps])
      var (left, effects) = ([Double](), [Double](repeating: 0, count: classes * classes))
      for m in 0..<maps {
        let others = (0..<maps).filter { $0 != m }
        let fit = ridge(others.map { features[$0] }, others.map { rewards[$0] }, penalty: 0.5 * square)
        left.append(rewards[m] - fit.intercept - product(fit.slopes, features[m]))
        for i in effects.indices { effects[i] += fit.slopes[i] / Double(maps) }
      }
      residuals.append(left)
      for u in used {
        var h = [Double](repeating: 0, count: classes)
        for j in 0..<classes {
          for k in 0..<classes { h[k] += size[j] * pi[u][j] * effects[j * classes + k] }
        }
        let mean = product(pi[u], h)
        for k in 0..<classes { gradient[(n * units + u) * classes + k] = -pi[u][k] * (h[k] - mean) / valid }
      }
    }
    let unexplained = policyGradient(sampled, logits, labels) { n, m, _ in residuals[n][m] }
    return zip(gradient, unexplained).map { $0.0 + $0.1 }
  }

  /// argmin of sum (y - c - x.B)^2 + penalty |B|^2, by the normal equations of what is left without the means.
  private func ridge(_ x: [[Double]], _ y: [Double], penalty: Double) -> (slopes: [Double], intercept: Double) {
    let (count, size) = (Double(y.count), x[0].count)
    let centre = (0..<size).map { i in x.reduce(0.0) { $0 + $1[i] } / count }
    let level = y.reduce(0, +) / count
    var matrix = [[Double]](repeating: [Double](repeating: 0, count: size), count: size)
    var right = [Double](repeating: 0, count: size)
    for (row, value) in zip(x, y) {
      let left = zip(row, centre).map { $0 - $1 }
      for i in 0..<size {
        right[i] += left[i] * (value - level)
        for j in 0..<size { matrix[i][j] += left[i] * left[j] }
      }
    }
    for i in 0..<size { matrix[i][i] += penalty }
    let slopes = solution(of: matrix, right)
    return (slopes, level - product(slopes, centre))
  }

  private func product(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0.0) { $0 + $1.0 * $1.1 } }

  /// Gaussian elimination of a positive definite system.
  private func solution(of matrix: [[Double]], _ right: [Double]) -> [Double] {
    var (a, b) = (matrix, right)
    for i in b.indices {
      for row in (i + 1)..<max(i + 1, b.count) {
        let factor = a[row][i] / a[i][i]
        guard factor != 0 else { continue }
        for column in i..<b.count { a[row][column] -= factor * a[i][column] }
        b[row] -= factor * b[i]
      }
    }
    for i in b.indices.reversed() {
      for column in (i + 1)..<max(i + 1, b.count) { b[i] -= a[i][column] * b[column] }
      b[i] /= a[i][i]
    }
    return b
  }

  private func gradient(_ trial: ImagePolicyGradientTests.Trial, _ rewards: ImageRewards) -> Tensor {
    imagePolicyGradient(trial.sampled, rewards: rewards, estimator: .init(.regression, syncAN: .off)).gradient
  }

  @Test(arguments: ImagePolicyGradientTests.Trial.all.filter { $0.classes > 1 && !$0.lastIsVoid })
  func equalsFitsToTheOtherMaps(_ trial: ImagePolicyGradientTests.Trial) {
    #expect(relativeError(gradient(trial, trial.rewards), refittedGradient(trial)) < 1e-4)
  }

  /// More classes than lanes of a vector, and an image without any label beside them.
  @Test func manyClassesAndAVoidImage() {
    let trial = Trial(maps: 4, classes: 19, void: 0.2, lastIsVoid: true)
    #expect(relativeError(gradient(trial, trial.rewards), refittedGradient(trial)) < 1e-4)
  }

  @Test func aConstantInAllRewardsChangesNothing() {
    let trial = Trial(maps: 8, classes: 4)
    let raised = ImageRewards(images: 3, maps: 8, values: trial.rewards.values.map { $0 + 100 })
    let plain = gradient(trial, trial.rewards)
    #expect(relativeError(gradient(trial, raised), plain.scalars.map(Double.init)) < 1e-4)
  }

  @Test func equalRewardsGiveNothing() {
    let trial = Trial(maps: 8, classes: 4)
    let equal = ImageRewards(images: 3, maps: 8, values: [Double](repeating: 0.3, count: 24))
    #expect(gradient(trial, equal).scalars.allSatisfy { $0 == 0 })
  }

  /// A policy that is sure leaves nothing to explain and nothing to learn: no number may be other than finite.
  @Test func aSurePolicyIsHarmless() {
    let trial = Trial(maps: 4, classes: 3, spread: 2000)
    #expect(gradient(trial, trial.rewards).scalars.allSatisfy { $0.isFinite })
  }
}
