import Foundation
import Images

/// What one image's masks say about which classes it shows: normalised global weighted pooling and the size-focal
/// penalty of Araslanov and Roth ("Single-stage semantic segmentation from image labels", CVPR 2020).
///
///     m_p    = softmax(z_p)                                          the background is one of the classes
///     pool_c = sum over p of m_pc z_pc / (1 + M_c),   M_c = sum over p of m_pc, in pixels
///     size_c = (1 - M_c/P)^power log(floor + M_c/P)
///     s_c    = pool_c + size_c
///
/// over the P pixels that aren't void. A class is pooled by its own mask, so that its score says what the pixels are
/// which the mask takes; the penalty keeps masks from shrinking to the few most telling pixels. The 1 in the
/// denominator is that of the authors' program; in the paper it is a small epsilon.
struct MaskScores {
  /// m, `[pixels, classes]`; 0 where a pixel is void.
  let masks: [Float]
  /// s, that of the background too; 0 for an image of void.
  let scores: [Double]
  private let logits: [Float]
  private let pooled: [Double]
  /// M.
  private let mass: [Double]
  /// P.
  private let counted: Double
  private let power: Double
  private let floor: Double

  /// - Parameters:
  ///   - logits: z, `[pixels, classes]`.
  ///   - void: 255 where a pixel is void, else 0.
  init(logits: [Float], void: [UInt8], classes: Int, power: Float, floor: Float) {
    precondition(classes >= 1 && logits.count == void.count * classes, "logits for each pixel and class")
    var masks = [Float](repeating: 0, count: logits.count)
    var (mass, weighted) = ([Double](repeating: 0, count: classes), [Double](repeating: 0, count: classes))
    for p in void.indices where void[p] != LabelMap.void {
      var most = -Float.infinity
      for i in p * classes..<(p + 1) * classes { most = max(most, logits[i]) }
      var sum: Float = 0
      for i in p * classes..<(p + 1) * classes {
        masks[i] = exp(logits[i] - most)
        sum += masks[i]
      }
      for k in 0..<classes {
        let i = p * classes + k
        masks[i] /= sum
        mass[k] += Double(masks[i])
        weighted[k] += Double(masks[i]) * Double(logits[i])
      }
    }
    let counted = Double(void.count { $0 != LabelMap.void })
    let pooled = zip(weighted, mass).map { $0 / (1 + $1) }
    (self.masks, self.logits, self.mass, self.pooled, self.counted) = (masks, logits, mass, pooled, counted)
    (self.power, self.floor) = (Double(power), Double(floor))
    scores = zip(pooled, mass).map { pool, mass in
      guard counted > 0 else { return 0 }
      let size = mass / counted
      return pool + pow(max(0, 1 - size), Double(power)) * log(Double(floor) + size)
    }
  }

  /// dL/dz, `[pixels, classes]`, from dL/ds. A score's derivatives by its mask and, beside that, by its logits are
  ///
  ///     ds_c/dm_pc = (z_pc - pool_c) / (1 + M_c) + size'_c / P,   m_pc / (1 + M_c)
  ///
  /// where size' is size_c's derivative by M_c/P; the former goes through the softmax to all classes of the pixel.
  func gradient(_ upstream: [Double]) -> [Float] {
    let classes = scores.count
    precondition(upstream.count == classes, "a derivative for each score")
    var gradient = [Float](repeating: 0, count: logits.count)
    guard counted > 0 else { return gradient }
    let shares = zip(upstream, mass).map { $0 / (1 + $1) }
    let penalties = zip(upstream, mass).map { upstream, mass in
      let (size, rest) = (mass / counted, max(0, 1 - mass / counted))
      let slope = pow(rest, power) / (floor + size) - power * pow(rest, power - 1) * log(floor + size)
      return upstream * slope / counted
    }
    var slopes = [Double](repeating: 0, count: classes)
    for p in 0..<logits.count / classes {
      var mean = 0.0
      for k in 0..<classes {
        let i = p * classes + k
        slopes[k] = shares[k] * (Double(logits[i]) - pooled[k]) + penalties[k]
        mean += slopes[k] * Double(masks[i])
      }
      // Where a pixel is void, its masks are 0 and so is the gradient.
      for k in 0..<classes {
        let i = p * classes + k
        gradient[i] = Float(Double(masks[i]) * (shares[k] + slopes[k] - mean))
      }
    }
    return gradient
  }
}
