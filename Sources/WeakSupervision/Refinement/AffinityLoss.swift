import CKernels
import Foundation
import Ranks
import Tensors

/// PSA's loss of features (Ahn and Kwak, CVPR 2018, eq. 5 to 8): pairs of cells within a radius whose labels are both
/// confident should have an affinity W_ij = exp(-|f_i - f_j|_1) of 1 where the labels agree and 0 where they don't.
///
///     L = L_fg + L_bg + 2 L_neg
///     L_fg, L_bg = -mean log W over pairs that agree on a foreground class, on the background
///     L_neg      = -mean log(1 + epsilon - W) over pairs that disagree
///
/// The three kinds of pairs are so unequal in number that each has a mean of its own; a kind without pairs counts
/// nothing. With the distance d, dL/dd is 1 / pairs where labels agree and -2 W / (1 + epsilon - W) / pairs where they
/// don't. Where two features are equal, |.|_1 gets the slope 0.
///
/// - Parameters:
///   - features: `[N, H, W, F]`.
///   - labels: N H W class ids; 255 isn't confident.
///   - background: the class whose pairs are counted apart; nil where there is none.
///   - radius: of the pairs, as `PairAffinities.Displacement.within` has it.
///   - ranks: have the batch's other images, whose pairs count in the means.
/// - Returns: the loss (nil where no pair counts) and dL/dfeatures. Cost: O(N H W radius^2 F).
public func affinityLoss(
  features: Tensor, labels: [UInt8], background: UInt8?, radius: Int, ranks: any Communicator = .alone
) -> StepOutcome {
  let (images, height, width, channels) = features.nhwc
  precondition(labels.count == images * height * width, "a label for each cell")
  let displacements = PairAffinities.Displacement.within(radius: radius)
  let kinds = (0..<images).map { image in
    PairKinds(
      labels: Array(labels[image * height * width..<(image + 1) * height * width]), height: height, width: width,
      background: background, displacements: displacements)
  }
  let counts = ranks.sum((0..<3).map { kind in kinds.reduce(0) { $0 + $1.counts[kind] } })
  // L_neg counts twice, so that pairs which agree and pairs which disagree weigh the same.
  let factors = zip([1, 1, 2] as [Double], counts).map { $1 > 0 ? $0 / Double($1) : 0 }
  var gradient = Tensor(zeros: features.shape)
  var losses = [Double](repeating: 0, count: images)
  let size = height * width * channels
  withPointers(writing: &gradient, &losses, reading: features) { gradient, loss, features in
    parallelRanges(images) { range in
      for image in range {
        loss[image] = kinds[image].loss(
          features + image * size, gradient: gradient + image * size, channels: channels, factors: factors)
      }
    }
  }
  let loss = ranks.gather(losses).reduce(0, +)
  return StepOutcome(loss: counts.contains { $0 > 0 } ? loss : nil, gradient: gradient)
}

/// Which pairs of one image's cells should agree.
private struct PairKinds {
  /// A W of 1 between cells that disagree has a loss of 11.5, not of infinity.
  static let epsilon = 1e-5

  let height: Int
  let width: Int
  let displacements: [PairAffinities.Displacement]
  /// `[displacements][H, W]`: 0 both on one foreground class, 1 both on the background, 2 on different classes, 3 none.
  let kinds: [UInt8]
  /// How many pairs of kinds 0, 1 and 2 there are.
  let counts: [Int]

  init(
    labels: [UInt8], height: Int, width: Int, background: UInt8?, displacements: [PairAffinities.Displacement]
  ) {
    var kinds = [UInt8](repeating: 3, count: displacements.count * height * width)
    var counts = [0, 0, 0]
    for (d, displacement) in displacements.enumerated() {
      displacement.forEachPair(height: height, width: width) { i, j in
        if labels[i] == 255 || labels[j] == 255 { return }
        let kind = labels[i] != labels[j] ? 2 : labels[i] == background ? 1 : 0
        kinds[d * height * width + i] = UInt8(kind)
        counts[kind] += 1
      }
    }
    (self.height, self.width, self.displacements, self.kinds, self.counts) = (
      height, width, displacements, kinds, counts
    )
  }

  /// The image's part of the loss; adds its part of the gradient.
  func loss(
    _ features: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>, channels: Int, factors: [Double]
  ) -> Double {
    let cells = height * width
    var distances = [Float](repeating: 0, count: cells)
    var slopes = distances
    var loss = 0.0
    for (d, displacement) in displacements.enumerated() {
      let (down, right) = (Int32(displacement.down), Int32(displacement.right))
      rss_l1_distances(&distances, features, height, width, Int32(channels), down, right)
      for i in 0..<cells {
        let kind = Int(kinds[d * cells + i])
        let distance = Double(distances[i])
        switch kind {
        case 0, 1:
          loss += factors[kind] * distance
          slopes[i] = Float(factors[kind])
        case 2:
          let affinity = exp(-distance)
          loss -= factors[2] * log(1 + Self.epsilon - affinity)
          slopes[i] = Float(-factors[2] * affinity / (1 + Self.epsilon - affinity))
        default: slopes[i] = 0
        }
      }
      rss_l1_gradient(gradient, features, slopes, height, width, Int32(channels), down, right)
    }
    return loss
  }
}
