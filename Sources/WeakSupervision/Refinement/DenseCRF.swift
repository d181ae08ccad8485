import CKernels
import Foundation
import Images
import Support

/// The fully connected CRF of Krähenbühl and Koltun ("Efficient inference in fully connected CRFs with Gaussian edge
/// potentials", NIPS 2011): makes class probabilities follow the colours of an image, by mean field.
///
///     Q_i(k) ~ p_i(k) exp(sum over both kernels of w sum_j K(i, j) / sqrt(n_i n_j) Q_j(k)),   n_i = sum_j K(i, j)
///     smoothness:  K(i, j) = exp(-|x_i - x_j|^2 / (2 smoothnessPosition^2))
///     appearance:  K(i, j) = exp(-|x_i - x_j|^2 / (2 appearancePosition^2) - |c_i - c_j|^2 / (2 appearanceColour^2))
///
/// with pixel coordinates x and colours c (three channels, or one where the image is grey). Compatibility is Potts's.
/// As in the authors' program and in pydensecrf, whose symmetric normalisation this is, the sum over j includes i
/// itself, all pixels are updated at once, and Q starts as p.
public struct DenseCRF: Sendable, Codable, Equatable {
  /// The w of the smoothness kernel; 0 leaves it out.
  public var smoothnessWeight: Float
  /// In pixels.
  public var smoothnessPosition: Float
  /// The w of the appearance kernel; 0 leaves it out.
  public var appearanceWeight: Float
  /// In pixels.
  public var appearancePosition: Float
  /// In the image's units, where 1 is a channel's maximum.
  public var appearanceColour: Float
  /// Mean-field updates.
  public var iterations: Int

  /// The defaults are those of pydensecrf's example: (3, 3 px) and (10, 80 px, 13 of 255 steps), made for VOC's images
  /// of 500 x 375; smaller images want a smaller `appearancePosition`. 10 iterations are the paper's.
  public init(
    smoothnessWeight: Float = 3, smoothnessPosition: Float = 3, appearanceWeight: Float = 10,
    appearancePosition: Float = 80, appearanceColour: Float = 13.0 / 255, iterations: Int = 10
  ) {
    (self.smoothnessWeight, self.smoothnessPosition) = (smoothnessWeight, smoothnessPosition)
    (self.appearanceWeight, self.appearancePosition) = (appearanceWeight, appearancePosition)
    (self.appearanceColour, self.iterations) = (appearanceColour, iterations)
  }

  /// Probabilities below this count as this, so that no pixel's class is out of the question: pydensecrf's value.
  static let leastProbability: Float = 1e-5

  /// The marginals Q, by permutohedral lattices, which are built once and filter all classes at once.
  ///
  /// The lattice approximates the kernels; `exactMarginals` of the tests says by how much. One thread. Cost: O(pixels classes) an
  /// iteration, with a constant that grows with the number of colours.
  ///
  /// - Parameters:
  ///   - image: grey or colour; alpha is dropped.
  ///   - scores: from 0 up, of the image's size; each pixel's are divided by their sum.
  /// - Returns: probabilities: every pixel's add up to 1.
  /// - Throws: `InputError` for scores of another size, scores or pixels that aren't finite, negative scores, an image
  ///   without pixels, or settings that can't be.
  public func refine(_ image: Image, _ scores: ClassScores) throws -> ClassScores { try refine(image, [scores])[0] }

  /// The same of several scores of one image, whose lattices are built once.
  public func refine(
    _ image: Image, _ several: [ClassScores], checkStop: StopCheck = {}
  ) throws -> [ClassScores] {
    try validate()
    for scores in several { try scores.validate(for: image) }
    let kernels = try features(of: image).map { (lattice: try PermutohedralLattice($0.features), weight: $0.weight) }
    return try several.map { try marginals($0, kernels, checkStop) }
  }

  private func marginals(
    _ scores: ClassScores, _ kernels: [(lattice: PermutohedralLattice, weight: Float)], _ checkStop: StopCheck
  ) throws -> ClassScores {
    let unary = PaddedScores(try scores.probabilities()) { log(max($0, Self.leastProbability)) }
    var marginals = unary
    marginals.replaceBySoftmax(of: unary)
    for _ in 0..<iterations {
      try checkStop()
      var logits = unary
      for (lattice, weight) in kernels { lattice.addFiltered(marginals, times: weight, to: &logits) }
      marginals.replaceBySoftmax(of: logits)
    }
    return marginals.scores(height: scores.height, width: scores.width)
  }

  /// The features of each kernel that has a weight, in units of its deviations.
  func features(of image: Image) throws -> [(features: PointFeatures, weight: Float)] {
    let colours = image.converted(toChannels: image.channels >= 3 ? 3 : 1)
    var kernels: [(features: PointFeatures, weight: Float)] = []
    if smoothnessWeight > 0 {
      kernels.append((PointFeatures(positionsOf: colours, deviation: smoothnessPosition), smoothnessWeight))
    }
    if appearanceWeight > 0 {
      let features = PointFeatures(
        positionsOf: colours, deviation: appearancePosition, andColoursWith: appearanceColour)
      kernels.append((features, appearanceWeight))
    }
    return kernels
  }

  /// - Throws: `InputError` that names the setting which can't be.
  func validate() throws {
    let weights = [("smoothnessWeight", smoothnessWeight), ("appearanceWeight", appearanceWeight)]
    for (name, weight) in weights where !(weight >= 0 && weight.isFinite) {
      throw InputError(
        "dense CRF's \(name)", found: "\(weight)", expected: "a number from 0 up", advice: "0 leaves the kernel out.")
    }
    let deviations = [
      ("smoothnessPosition", smoothnessPosition), ("appearancePosition", appearancePosition),
      ("appearanceColour", appearanceColour),
    ]
    for (name, deviation) in deviations where !(deviation > 0 && deviation.isFinite) {
      throw InputError(
        "dense CRF's \(name)", found: "\(deviation)", expected: "a number above 0",
        advice: "To leave a kernel out, give it weight 0.")
    }
    guard iterations >= 0 else {
      throw InputError(
        "dense CRF's iterations", found: "\(iterations)", expected: "0 or more", advice: "10 are the usual number.")
    }
  }
}

extension PaddedScores {
  fileprivate mutating func replaceBySoftmax(of logits: PaddedScores) {
    rss_softmax_rows(&values, logits.values, pixels, Int32(classes), Int32(row))
  }
}
