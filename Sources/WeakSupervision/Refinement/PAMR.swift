import CKernels
import Images
import Support

/// Pixel-adaptive mask refinement of Araslanov and Roth ("Single-stage semantic segmentation from image labels", CVPR
/// 2020): every pixel's scores become an average of its neighbours', weighted by how alike their colours are, again and
/// again.
///
///     s_i <- sum over n of a_in s_n,   a_i = softmax over n of -1/C sum_c |I_nc - I_ic| / (1e-8 + 0.1 sigma_ic)
///
/// over the 8 neighbours n of pixel i at each dilation, coordinates clamped at the border. sigma_ic is the deviation of
/// channel c over those neighbours and, once a dilation, the pixel itself. The constants are the authors' program's.
public struct PAMR: Sendable, Codable, Equatable {
  /// Distances, in pixels, at which the 8 neighbours of a pixel lie: 1 to 16 of them.
  public var dilations: [Int]
  /// Times that every pixel takes the weighted mean of its neighbours.
  public var iterations: Int

  /// The defaults are those of the paper's final masks.
  public init(dilations: [Int] = [1, 2, 4, 8, 12, 24], iterations: Int = 10) {
    (self.dilations, self.iterations) = (dilations, iterations)
  }

  /// Colour differences count in units of this many deviations.
  static let sharpness: Float = 0.1
  /// Against a division by zero: where a neighbourhood has one colour, all its weights are the same.
  static let floor: Float = 1e-8

  /// The refined scores. Each is between the least and the largest that the class had; those of a pixel keep their sum
  /// where all pixels had the same one.
  ///
  /// One thread. Cost: 8 dilations pixels (classes iterations + channels) multiplications, 32 bytes a pixel and dilation.
  ///
  /// - Parameters:
  ///   - image: grey or colour; alpha is dropped.
  ///   - scores: any numbers, of the image's size.
  /// - Throws: `InputError` for scores of another size, scores or pixels that aren't finite, an image without pixels, or
  ///   settings that can't be.
  public func refine(_ image: Image, _ scores: ClassScores) throws -> ClassScores { try refine(image, [scores])[0] }

  /// The same of several scores of one image, whose weights are made once.
  public func refine(_ image: Image, _ several: [ClassScores]) throws -> [ClassScores] {
    try validate()
    for scores in several { try scores.validate(for: image) }
    let colours = image.converted(toChannels: image.channels >= 3 ? 3 : 1)
    let (height, width) = (image.height, image.width)
    let steps = self.steps
    let neighbours = steps.count / 2
    var weights = [Float](repeating: 0, count: height * width * neighbours)
    rss_pixel_affinity(
      &weights, colours.values, steps, Int32(neighbours), height, width, Int32(colours.channels), Self.sharpness,
      Self.floor)
    return several.map { scores in
      var current = PaddedScores(scores)
      var next = current
      for _ in 0..<iterations {
        rss_local_average(
          &next.values, current.values, weights, steps, Int32(neighbours), height, width, Int32(current.row))
        swap(&current, &next)
      }
      return current.scores(height: height, width: width)
    }
  }

  /// (down, right) to each neighbour.
  var steps: [Int32] {
    dilations.flatMap { dilation -> [Int32] in
      let d = Int32(dilation)
      return [-d, -d, -d, 0, -d, d, 0, -d, 0, d, d, -d, d, 0, d, d]
    }
  }

  /// - Throws: `InputError` that names the setting which can't be.
  func validate() throws {
    let most = Int(RSS_MOST_NEIGHBOURS) / 8
    guard (1...most).contains(dilations.count), dilations.allSatisfy({ (1...8192).contains($0) }) else {
      throw InputError(
        "PAMR's dilations", found: "\(dilations)", expected: "1 to \(most) numbers from 1 to 8192",
        advice: "[1, 2, 4, 8, 12, 24] are the paper's.")
    }
    guard iterations >= 0 else {
      throw InputError(
        "PAMR's iterations", found: "\(iterations)", expected: "0 or more", advice: "10 are the paper's.")
    }
  }
}
