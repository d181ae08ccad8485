import Images
import Tensors
import Testing

@testable import Rewards

/// A problem so small that every action map can be listed.
struct EnumeratedProblem: Sendable, CustomTestStringConvertible {
  var labels: [UInt8]
  var classes: Int
  var score: Score
  /// How large the logits are: large ones make the policy nearly certain.
  var spread: Float = 1
  var testDescription: String { "\(labels) of \(classes), \(score)" }
  var logits: Tensor { randomTensor([1, 1, labels.count, classes], seed: 8, in: -spread...spread) }

  static let all = [
    EnumeratedProblem(labels: [0, 1], classes: 2, score: .meanIoU),
    EnumeratedProblem(labels: [0, 0], classes: 2, score: .pixelAccuracy),
    EnumeratedProblem(labels: [2, 0], classes: 3, score: .meanIoU),
    EnumeratedProblem(labels: [0, 1, 1], classes: 2, score: .meanIoU),
    EnumeratedProblem(labels: [0, 1, 2], classes: 3, score: .meanIoU),
    EnumeratedProblem(labels: [1, 1, 0], classes: 3, score: .pixelAccuracy),
    EnumeratedProblem(labels: [1, 255, 0], classes: 2, score: .meanIoU),
  ]

  /// The score of a map from the definition.
  func reward(_ map: [Int]) -> Double {
    let counted = labels.indices.filter { labels[$0] != 255 }
    let right = counted.filter { map[$0] == Int(labels[$0]) }
    if score == .pixelAccuracy { return Double(right.count) / Double(counted.count) }
    let present = Set(counted.map { Int(labels[$0]) })
    return present.reduce(0.0) { sum, k in
      sum + Double(right.count { map[$0] == k }) / Double(counted.count { map[$0] == k || Int(labels[$0]) == k })
    } / Double(present.count)
  }

  /// The sum over all maps, `[unit][class]` in one row; zero at void units. With exploration, of each unit's own
  /// policy while the others explore.
  func exactGradient(exploration: Double = 0, _ reward: ([Int]) -> Double) -> [Double] {
    let policy = softmax(logits)
    let drawn = policy.map { $0.map { (1 - exploration) * $0 + exploration / Double(classes) } }
    var gradient = [Double](repeating: 0, count: labels.count * classes)
    let all = (0..<labels.count).reduce(1) { count, _ in count * classes }
    for number in 0..<all {
      var rest = number
      let map = labels.map { _ in
        defer { rest /= classes }
        return rest % classes
      }
      for u in labels.indices where labels[u] != 255 {
        let probability = map.enumerated().reduce(1.0) { product, unit in
          product * (unit.offset == u ? policy : drawn)[unit.offset][unit.element]
        }
        for k in 0..<classes {
          let score = (map[u] == k ? 1 : 0) - policy[u][k]
          gradient[u * classes + k] += probability * reward(map) * score
        }
      }
    }
    return gradient
  }
}
