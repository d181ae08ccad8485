import Foundation
import Images
import Randomness
import Support

/// Scenes made of real Fashion-MNIST garments on noise: a segmentation problem with exact labels, many occlusions and
/// no download beyond Fashion-MNIST itself.
///
/// A scene is a square of noise, uniform in 0...0.15. One to five garments are put on it, each of a random class, a
/// random image of that class, at a random place wholly inside the scene; a later one hides what it covers. A pixel is
/// the garment's where the garment's intensity is over 0.15: the scene takes that intensity and the label that class.
/// So in the image, exactly the labelled pixels are brighter than 0.15.
///
/// Which garments a split may use:
///
/// | split | garments |
/// |---|---|
/// | train | Fashion-MNIST's training images, except the held-out tenth |
/// | tuning | the held-out tenth: places 9, 19, 29, ... in the training file |
/// | validation | Fashion-MNIST's test images |
///
/// A scene depends on the seed, its split and its index alone, so split sizes can change without changing scenes.
public enum FashionScenes {
  /// `RSS_FASHION_MNIST` when it's set, else where Debian's package puts the files.
  public static var defaultDirectory: String {
    let override = ProcessInfo.processInfo.environment["RSS_FASHION_MNIST"] ?? ""
    return override.isEmpty ? "/usr/share/datasets/fashion-mnist" : override
  }

  /// Noise stays at or below it, garments begin above it. The value is that of the first prototype of this problem:
  /// it drops the faint rims of the garments and keeps their shape.
  public static let threshold: Float = 0.15

  /// Reads Fashion-MNIST and makes every scene.
  ///
  /// - Throws: `InputError` for a missing or damaged file, and for a preset that can't be used.
  /// - Cost: 0.6 s for either preset on one core of 2023, most of it decompressing Fashion-MNIST.
  public static func load(
    _ preset: Preset, directory: String = FashionScenes.defaultDirectory, seed: UInt64 = 0
  ) throws -> DatasetSplits {
    try preset.validate()
    let training = try FashionMNIST(.train, directory: directory)
    let test = try FashionMNIST(.test, directory: directory)
    func split(_ name: String, _ number: UInt32, _ count: Int, _ source: FashionMNIST, uses: (Int) -> Bool) throws
      -> InMemoryDataset
    {
      let pools = try garmentPools(preset, source, split: name, directory: directory, uses: uses)
      let samples = (0..<count).map { index in
        var stream = RandomStream(
          seed: seed, purpose: .scenes, step: number, index: UInt32(truncatingIfNeeded: index))
        return SceneComposer.scene(preset, garments: source, pools: pools, stream: &stream)
      }
      return InMemoryDataset(
        name: "\(preset.name)/\(name)", classes: preset.classes, samples: samples, identifierPrefix: "\(name)-scene",
        fingerprint: fingerprint(preset, seed: seed, split: name, count: count, source: source))
    }
    return DatasetSplits(
      train: try split("train", 0, preset.train, training) { !isHeldOut($0) },
      tuning: try split("tuning", 1, preset.tuning, training, uses: isHeldOut),
      validation: try split("val", 2, preset.validation, test) { _ in true },
      backgroundClass: 0)
  }

  /// Whether a training image of Fashion-MNIST is kept for tuning.
  static func isHeldOut(_ index: Int) -> Bool { index % 10 == 9 }

  /// For each garment class of the preset, the images a split may use.
  private static func garmentPools(
    _ preset: Preset, _ source: FashionMNIST, split: String, directory: String, uses: (Int) -> Bool
  ) throws -> [[Int]] {
    var pools = [[Int]](repeating: [], count: preset.garmentClasses.count)
    var place = [Int?](repeating: nil, count: FashionMNIST.classNames.count)
    for (position, id) in preset.garmentClasses.enumerated() { place[id] = position }
    for (index, label) in source.labels.enumerated() where uses(index) {
      if let position = place[Int(label)] { pools[position].append(index) }
    }
    if let empty = pools.firstIndex(where: \.isEmpty) {
      throw InputError(
        directory, found: "no image of \(preset.classes[empty + 1]) for the \(split) split of \(preset.name)",
        expected: "some of every class", advice: "Install the complete Fashion-MNIST.")
    }
    return pools
  }

  private static func fingerprint(_ preset: Preset, seed: UInt64, split: String, count: Int, source: FashionMNIST)
    -> String
  {
    var hash = Fingerprint()
    hash.add("FashionScenes recipe 1")  // the number changes whenever the rules above do
    hash.add(preset.name)
    hash.add(split)
    for number in [preset.size, preset.garmentSize, preset.garments.lowerBound, preset.garments.upperBound, count] {
      hash.add(UInt64(number))
    }
    for id in preset.garmentClasses { hash.add(UInt64(id)) }
    hash.add(seed)
    hash.add(source.fingerprint)
    return hash.hexadecimal
  }
}
