import Foundation
import Ranks
import Tensors

/// Cross-entropy in which the classes of an image weigh alike, whatever their sizes (Araslanov and Roth 2020):
///
///     L = 1/(N P) sum over images and pixels of -w_y log softmax(z_p)[y],   w_c = (V - V_c) / (1 + V)
///
/// V_c of an image's P pixels have the label c, V have any; w is the image's own. An image whose labels lack a class
/// that it should have counts nothing: its other classes would take that one's place.
///
/// - Parameters:
///   - logits: `[N, H, W, K]`.
///   - labels: N H W class ids; 255 counts neither in V nor in the sum, but in P.
///   - expected: how many classes each image's labels must have for it to count.
///   - ranks: have the batch's other images; N and the loss are of all.
/// - Returns: the loss, 0 where no image counts, nil where there is no pixel; and its gradient, w_y / (N P) times
///   softmax(z) - 1[y]. Cost: one pass over the logits, a thread an image.
public func balancedCrossEntropy(
  logits: Tensor, labels: [UInt8], expected: [Int], ranks: any Communicator = .alone
) -> StepOutcome {
  let (images, height, width, classes) = logits.nhwc
  let size = height * width
  precondition(labels.count == images * size && expected.count == images, "labels for \(logits.shape)")
  var gradient = Tensor(zeros: logits.shape)
  let counted = ranks.sum(images * size)
  guard counted > 0 else { return StepOutcome(loss: nil, gradient: gradient) }
  var losses = [Double](repeating: 0, count: images)
  withPointers(writing: &gradient, &losses, reading: logits) { gradient, loss, logits in
    parallelRanges(images) { range in
      for n in range {
        let own = labels[n * size..<(n + 1) * size]
        let weights = classWeights(own, classes: classes, expected: expected[n]).map { $0 / Double(counted) }
        for (p, label) in zip(n * size..<(n + 1) * size, own) where label != 255 && weights[Int(label)] > 0 {
          loss[n] += addCrossEntropy(
            logits + p * classes, Int(label), classes: classes, weight: weights[Int(label)],
            to: gradient + p * classes)
        }
      }
    }
  }
  return StepOutcome(loss: ranks.gather(losses).reduce(0, +), gradient: gradient)
}

/// w of each class; zeros where the labels don't have as many classes as expected.
private func classWeights(_ labels: ArraySlice<UInt8>, classes: Int, expected: Int) -> [Double] {
  var counts = [Int](repeating: 0, count: classes)
  for label in labels where label != 255 { counts[Int(label)] += 1 }
  let all = counts.reduce(0, +)
  guard counts.count(where: { $0 > 0 }) == expected else { return counts.map { _ in 0 } }
  return counts.map { Double(all - $0) / Double(1 + all) }
}

/// One pixel's loss; adds its gradient.
private func addCrossEntropy(
  _ logits: UnsafePointer<Float>, _ label: Int, classes: Int, weight: Double, to gradient: UnsafeMutablePointer<Float>
) -> Double {
  var most = logits[0]
  for k in 1..<classes { most = max(most, logits[k]) }
  var sum: Float = 0
  for k in 0..<classes { sum += exp(logits[k] - most) }
  let scale = Float(weight) / sum
  for k in 0..<classes { gradient[k] += scale * exp(logits[k] - most) }
  gradient[label] -= Float(weight)
  return weight * Double(log(sum) + most - logits[label])
}
