import Networks
import Tensors

/// Where a classifier saw a class: a weighted sum of its last features, weights by one of three methods.
///
///     M_c(p) = sum over k of alpha_c,k A_p,k
///
/// | method | alpha_c,k |
/// |---|---|
/// | CAM (Zhou et al. 2016) | w_c,k, the linear layer's weight |
/// | Grad-CAM (Selvaraju et al. 2017) | mean over p of g_p, with g = dz_c / dA_k |
/// | Grad-CAM++ (Chattopadhay et al. 2018) | sum over p of max(0, g_p) g_p^2 / (2 g_p^2 + S_k g_p^3), S_k = sum of A_k |
///
/// For a network that ends with a mean and a linear layer, as `Classifier` does, g is w / (h w) everywhere: Grad-CAM is
/// CAM divided by the number of places, and the same after normalisation (section 3 of Selvaraju et al.). Grad-CAM++
/// drops the features that speak against a class and damps each by its share of the logit.
public enum SeedMethod: String, Codable, Sendable, CaseIterable {
  case cam
  case gradCAM = "gradcam"
  case gradCAMPlusPlus = "gradcam++"
}

extension SeedMethod {
  /// Against 0 / 0 in Grad-CAM++'s weights. The common implementation (PyPI's `grad-cam`) has 1e-6, which drowns g^2
  /// where a map has more than a few dozen places; g^2 here is above this for any weight over 1e-6 in maps of up to 10^6.
  static let epsilon: Float = 1e-24

  /// The maps of all classes, before ReLU.
  ///
  /// - Parameters:
  ///   - features: A, `[N, h, w, D]`.
  ///   - epsilon: of Grad-CAM++; another implementation's in comparisons.
  /// - Returns: M, `[N, h, w, outputs]`. The classifier's gradients are cleared afterwards.
  public func maps(_ features: Tensor, of classifier: Classifier, epsilon: Float? = nil) -> Tensor {
    let n = features.nhwc.batch
    let outputs = classifier.configuration.outputs
    let depth = features.nhwc.channels
    if self == .cam {
      let weights = classifier.classWeights.scalars
      return combine(features, weights: (0..<n).flatMap { _ in weights }, outputs: outputs)
    }
    var weights = [Float](repeating: 0, count: n * outputs * depth)
    for c in 0..<outputs {
      let perImage = self.weights(
        features, gradient: classifier.featureGradient(features, output: c), epsilon: epsilon ?? Self.epsilon)
      for i in 0..<n {
        for k in 0..<depth { weights[(i * outputs + c) * depth + k] = perImage[i * depth + k] }
      }
    }
    return combine(features, weights: weights, outputs: outputs)
  }

  /// alpha of one class, `[N, D]`, from features and gradient, both `[N, h, w, D]`.
  private func weights(_ features: Tensor, gradient: Tensor, epsilon: Float) -> [Float] {
    let (n, h, w, depth) = features.nhwc
    let places = h * w
    var weights = [Float](repeating: 0, count: n * depth)
    withPointers(writing: &weights, reading: features, gradient) { weights, features, gradient in
      parallelRanges(n) { images in
        for i in images {
          let (a, g) = (features + i * places * depth, gradient + i * places * depth)
          for k in 0..<depth {
            var sum: Float = 0
            for p in 0..<places { sum += self == .gradCAM ? g[p * depth + k] : a[p * depth + k] }
            guard self == .gradCAMPlusPlus else {
              weights[i * depth + k] = sum / Float(places)
              continue
            }
            var alpha: Float = 0
            for p in 0..<places where g[p * depth + k] > 0 {
              let slope = g[p * depth + k]
              alpha += slope * slope * slope / (2 * slope * slope + sum * slope * slope * slope + epsilon)
            }
            weights[i * depth + k] = alpha
          }
        }
      }
    }
    return weights
  }

  /// The weighted sums: `[N, h, w, D]` and N outputs D weights -> `[N, h, w, outputs]`.
  private func combine(_ features: Tensor, weights: [Float], outputs: Int) -> Tensor {
    let (n, h, w, depth) = features.nhwc
    var maps = Tensor(zeros: [n, h, w, outputs])
    withPointers(writing: &maps, reading: features, weights) { maps, features, weights in
      parallelRanges(n * h * w, minimumPerThread: 64) { range in
        for p in range {
          let (a, alpha) = (features + p * depth, weights + p / (h * w) * outputs * depth)
          for c in 0..<outputs {
            var sum: Float = 0
            for k in 0..<depth { sum += alpha[c * depth + k] * a[k] }
            maps[p * outputs + c] = sum
          }
        }
      }
    }
    return maps
  }
}

extension Classifier {
  /// dz_c / dA for every image, `[N, h, w, D]`, by the tape; the parameters' gradients are cleared.
  func featureGradient(_ features: Tensor, output c: Int) -> Tensor {
    let tape = Tape()
    let variable = tape.variable(differentiable: features)
    let logits = head(variable, on: tape)
    let outputs = configuration.outputs
    let oneHot = (0..<logits.value.count).map { Float($0 % outputs == c ? 1 : 0) }
    tape.backward(from: logits, gradient: Tensor(oneHot, shape: logits.shape))
    for parameter in parameters { parameter.clearGradient() }
    guard let gradient = variable.gradient else { preconditionFailure("the head depends on its features") }
    return gradient
  }
}
