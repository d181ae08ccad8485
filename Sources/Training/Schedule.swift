import Foundation

/// How the learning rate moves over a run.
public enum Schedule: String, Codable, Sendable, CaseIterable {
  /// Rises from 1/25 to the full rate over the warm-up, then falls to 1/250,000 of it, both along half a cosine (Smith
  /// and Topin 2019; the constants are PyTorch's `OneCycleLR` defaults).
  case oneCycle
  /// (1 - t / T)^0.9, the usual schedule of semantic segmentation (DeepLab, Chen et al. 2017).
  case poly
  case constant

  /// The factor on the learning rate at a step in `0..<steps`.
  public func factor(at step: Int, of steps: Int, warmup: Float) -> Float {
    switch self {
    case .constant:
      return 1
    case .poly:
      return Float(pow(1 - Double(step) / Double(max(1, steps)), 0.9))
    case .oneCycle:
      // The peak is at step `warmup * steps - 1` and the end at `steps - 1`, as PyTorch places them.
      let last = Double(max(1, steps - 1))
      let peak = max(0, Double(warmup) * Double(steps) - 1)
      let start = 1.0 / 25
      let end = start / 1e4
      if Double(step) <= peak { return Float(Self.cosine(from: start, to: 1, at: peak > 0 ? Double(step) / peak : 1)) }
      return Float(Self.cosine(from: 1, to: end, at: (Double(step) - peak) / max(1e-9, last - peak)))
    }
  }

  private static func cosine(from start: Double, to end: Double, at fraction: Double) -> Double {
    end + (start - end) / 2 * (1 + cos(Double.pi * min(1, max(0, fraction))))
  }
}
