import Images
import Support

/// Where the image-level rewards of a batch's sampled maps come from.
public enum RewardSource: Sendable {
  /// The recipe's `Score` against the labels of the training split, which this process has read.
  case score
  /// Any function of an image and a proposed mask.
  ///
  /// The image is the batch's (cropped, padded and augmented, values in 0...1), the mask a class id for each of its
  /// pixels, 0 where the image is padded. What the truth is, if there is one, only the function knows. It is called for
  /// one map at a time, images and maps in order; it must give the same number for the same mask if a run is to be
  /// repeated. What it throws ends the run.
  case closure(@Sendable (_ image: Image, _ mask: LabelMap) throws -> Double)
  /// Another program, which holds the truth; this process has no label of the training split.
  case program(RewardProgram)

  /// The largest reward by magnitude. Rewards are normalised, so any scale will do; this one leaves their squares far
  /// from what a float32 can hold, 1e38.
  public static let largest = 1e9

  /// - Parameter subject: which map of which image this is the reward of.
  /// - Throws: `InputError` for a reward that is no finite number, or beyond `largest`.
  public static func check(_ reward: Double, of subject: @autoclosure () -> String) throws {
    guard reward.magnitude <= largest else {  // false for NaN
      throw InputError(
        subject(), found: "the reward \(reward)", expected: "a finite number of at most \(largest) by magnitude",
        advice: "Mend the reward: where a mask can't be scored, give it the lowest score.")
    }
  }
}

extension ActionMaps {
  /// The rewards of every map by a function of image and mask, asked one map at a time.
  ///
  /// - Parameters:
  ///   - images: the N images, each of height x width pixels.
  ///   - subject: names map m of image n, for errors.
  /// - Throws: `InputError` for a reward that can't be used or an error of the function.
  public func rewards(
    of images: [Image], subject: (_ n: Int, _ m: Int) -> String, by reward: (Image, LabelMap) throws -> Double
  ) throws -> ImageRewards {
    precondition(images.count == self.images, "one image for each of the maps'")
    let values = try images.enumerated().flatMap { n, image in
      try (0..<maps).map { m in
        let mask = LabelMap(width: image.width, height: image.height, classes: map(m, ofImage: n))
        let value: Double
        do {
          value = try reward(image, mask)
        } catch let error as InputError {
          throw error
        } catch {
          throw InputError(
            subject(n, m), found: "an error of the reward (\(error))", expected: "a number",
            advice: "Mend the reward; nothing was learned from this step.")
        }
        try RewardSource.check(value, of: subject(n, m))
        return value
      }
    }
    return ImageRewards(images: images.count, maps: maps, values: values)
  }
}
