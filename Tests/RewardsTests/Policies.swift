import Foundation
import Randomness
import Rewards
import Tensors

/// Numbers drawn uniformly from a range; the same for the same seed.
func randomTensor(_ shape: [Int], seed: UInt64, in range: ClosedRange<Float> = -2...2) -> Tensor {
  var stream = RandomStream(seed: seed, purpose: .scenes)
  return Tensor((0..<shape.reduce(1, *)).map { _ in stream.uniform(in: range) }, shape: shape)
}

/// Class ids, a part of them void.
func randomLabels(_ count: Int, classes: Int, seed: UInt64, void: Float = 0.2) -> [UInt8] {
  var stream = RandomStream(seed: seed, purpose: .split)
  return (0..<count).map { _ in stream.uniform() < void ? 255 : UInt8(stream.integer(below: classes)) }
}

/// softmax of each unit, in double precision: `[unit][class]`.
func softmax(_ logits: Tensor) -> [[Double]] {
  let classes = logits.nhwc.channels
  let z = logits.scalars.map(Double.init)
  return stride(from: 0, to: z.count, by: classes).map { start in
    let highest = z[start..<start + classes].max() ?? 0
    let e = z[start..<start + classes].map { exp($0 - highest) }
    let total = e.reduce(0, +)
    return e.map { $0 / total }
  }
}

/// dL/dz = -1/(M V) sum over m of A_m,u (1[a_m,u = k] - pi_u,k) in double precision, for an advantage of each image,
/// map and unit: the form that all estimators share.
func policyGradient(
  _ sampled: ActionMaps, _ logits: Tensor, _ labels: [UInt8], advantage: (_ n: Int, _ m: Int, _ u: Int) -> Double
) -> [Double] {
  let policy = softmax(logits)
  let (units, classes, maps) = (sampled.units, sampled.classes, sampled.maps)
  let valid = labels.count { $0 != 255 }
  var gradient = [Double](repeating: 0, count: labels.count * classes)
  for n in 0..<sampled.images {
    for m in 0..<maps {
      let map = sampled.map(m, ofImage: n)
      for u in 0..<units where labels[n * units + u] != 255 {
        let a = advantage(n, m, u) / Double(maps * valid)
        for k in 0..<classes {
          gradient[(n * units + u) * classes + k] -= a * ((Int(map[u]) == k ? 1 : 0) - policy[n * units + u][k])
        }
      }
    }
  }
  return gradient
}

/// The largest difference relative to the largest scalar of what should be.
func relativeError(_ found: Tensor, _ expected: [Double]) -> Double {
  guard found.count == expected.count else { return .infinity }
  let scale = max(1e-30, expected.map(abs).max() ?? 0)
  return zip(found.scalars, expected).reduce(0) { max($0, abs(Double($1.0) - $1.1)) } / scale
}
