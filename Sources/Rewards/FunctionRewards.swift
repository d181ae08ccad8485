import Images
import Support

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
        try UsableReward.check(value, of: subject(n, m))
        return value
      }
    }
    return ImageRewards(images: images.count, maps: maps, values: values)
  }
}
