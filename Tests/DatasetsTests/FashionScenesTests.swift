import Foundation
import Images
import Support
import Testing

@testable import Datasets

@Suite struct FashionScenesTests {
  private static let small = FashionScenes.Preset(
    name: "small", size: 32, garmentSize: 14, garmentClasses: [1, 3, 5, 7, 8], train: 60, validation: 20, tuning: 20)

  private func load(_ preset: FashionScenes.Preset = small, seed: UInt64 = 0) throws -> DatasetSplits {
    let folder = try TemporaryFolder()
    try writeFashion(folder)
    return try FashionScenes.load(preset, directory: folder.path, seed: seed)
  }

  private func samples(_ dataset: any LabelledDataset) throws -> [Sample] {
    try (0..<dataset.count).map { try dataset.sample(at: $0) }
  }

  private func trainingSamples(_ splits: DatasetSplits) throws -> [Sample] {
    try samples(splits.trainingLabels(for: "a test"))
  }

  @Test func namesAndCounts() throws {
    let splits = try load()
    #expect(splits.train.name == "small/train" && splits.tuning.name == "small/tuning")
    #expect(splits.validation.name == "small/val")
    #expect(splits.train.count == 60 && splits.tuning.count == 20 && splits.validation.count == 20)
    #expect(splits.train.classes == ["background", "Trouser", "Dress", "Sandal", "Sneaker", "Bag"])
    #expect(splits.train.channels == 1 && splits.backgroundClass == 0)
    #expect(splits.train.identifier(at: 17) == "train-scene-17")
    #expect(FashionScenes.Preset.fashion64.classes.count == 11)
  }

  @Test func sameSeedSameBytes() throws {
    let one = try load(seed: 3)
    let two = try load(seed: 3)
    #expect(try trainingSamples(one) == trainingSamples(two))
    #expect(try samples(one.validation) == samples(two.validation))
    #expect(one.train.fingerprint == two.train.fingerprint)
  }

  /// The scenes of the fixture as they were when recipe 1 was written. When this moves, results made before can't be
  /// repeated: give the recipe in `FashionScenes` a new number.
  @Test func theRecipeHasNotChanged() throws {
    let train = try load(seed: 7).trainingLabels(for: "a test")
    #expect(try digest(samples(train), classes: train.classes) == "ef9729337a3562c6")
  }

  /// 64-bit FNV-1a, as fingerprints were when the recipe was written: numbers as 8 bytes, texts and labels behind their length.
  private func digest(_ samples: [Sample], classes: [String]) -> String {
    var state: UInt64 = 0xcbf2_9ce4_8422_2325
    func mix(_ byte: UInt8) { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }
    func add(_ number: UInt64) {
      for shift in stride(from: UInt64(0), to: 64, by: 8) { mix(UInt8(truncatingIfNeeded: number >> shift)) }
    }
    func add(_ bytes: [UInt8]) {
      add(UInt64(bytes.count))
      bytes.forEach(mix)
    }
    for name in classes { add([UInt8](name.utf8)) }
    for sample in samples {
      for size in [sample.image.width, sample.image.height, sample.image.channels] { add(UInt64(size)) }
      for value in sample.image.values { add(UInt64(value.bitPattern)) }
      add(sample.labels.classes)
    }
    return String(state, radix: 16)
  }

  @Test func anotherSeedOtherScenes() throws {
    let one = try load(seed: 3)
    let two = try load(seed: 4)
    #expect(try zip(trainingSamples(one), trainingSamples(two)).allSatisfy { $0 != $1 })
    #expect(one.train.fingerprint != two.train.fingerprint)
  }

  @Test func scenesAndSplitsAllDiffer() throws {
    let splits = try load()
    let all = try trainingSamples(splits) + samples(splits.tuningLabels(for: "a test")) + samples(splits.validation)
    #expect(Set(all.map(\.image.values)).count == 100)
    #expect(Set([splits.train.fingerprint, splits.tuning.fingerprint, splits.validation.fingerprint]).count == 3)
  }

  @Test func aLargerSplitBeginsWithTheSameScenes() throws {
    let large = FashionScenes.Preset(
      name: "small", size: 32, garmentSize: 14, garmentClasses: [1, 3, 5, 7, 8], train: 70, validation: 20, tuning: 20)
    #expect(try Array(trainingSamples(load(large)).prefix(60)) == trainingSamples(load()))
  }

  @Test func exactlyTheLabelledPixelsAreBright() throws {
    let splits = try load()
    for sample in try trainingSamples(splits) + samples(splits.validation) {
      let bright = sample.image.values.map { $0 > FashionScenes.threshold }
      #expect(sample.labels.classes.map { $0 != 0 } == bright)
      #expect(sample.labels.classes.allSatisfy { $0 < 6 })
      #expect(sample.image.values.allSatisfy { (0...1).contains($0) })
    }
  }

  @Test func everyClassAndNumberOfGarmentsOccurs() throws {
    let all = try trainingSamples(load())
    #expect(Set(all.flatMap(\.labels.classes)) == Set(0...5))
    let covered: [Int] = all.map { $0.labels.classes.filter { $0 != 0 }.count }
    #expect(covered.reduce(0, max) > 2 * 121)  // an 11 x 11 square is the most one garment covers here
  }

  /// The fixture's intensities tell where a garment comes from.
  @Test func noGarmentIsShared() throws {
    let splits = try load()
    let labelled = try (splits.trainingLabels(for: "a test"), splits.tuningLabels(for: "a test"))
    for (dataset, intensity) in [(labelled.0, 250), (labelled.1, 200), (splits.validation, 100)] {
      let brightest = try samples(dataset).map { $0.image.values.max() ?? 0 }
      #expect(brightest.allSatisfy { abs($0 - Float(intensity) / 255) < 1e-5 }, "\(dataset.name)")
    }
  }

  @Test func laterGarmentsHideEarlierOnes() throws {
    let crowded = FashionScenes.Preset(
      name: "crowded", size: 14, garmentSize: 14, garmentClasses: [1, 3], garments: 5...5, train: 20, validation: 1,
      tuning: 1)
    for sample in try trainingSamples(load(crowded)) {
      #expect(Set(sample.labels.classes.filter { $0 != 0 }).count == 1)
    }
  }

  @Test func aSceneMayHaveNoGarment() throws {
    let empty = FashionScenes.Preset(
      name: "empty", size: 28, garmentSize: 14, garmentClasses: [1], garments: 0...0, train: 2, validation: 1, tuning: 1
    )
    #expect(try trainingSamples(load(empty)).allSatisfy { $0.labels.classes.allSatisfy { $0 == 0 } })
  }

  @Test func impossiblePresets() {
    func preset(
      size: Int = 32, garment: Int = 14, classes: [Int] = [1], garments: ClosedRange<Int> = 1...5, train: Int = 1
    )
      -> FashionScenes.Preset
    {
      FashionScenes.Preset(
        name: "p", size: size, garmentSize: garment, garmentClasses: classes, garments: garments, train: train)
    }
    let wrong = [
      preset(size: 0), preset(garment: 33), preset(size: 64, garment: 29), preset(garment: 0), preset(classes: []),
      preset(classes: [10]), preset(classes: [1, 1]), preset(garments: -1...2), preset(train: 0),
    ]
    for preset in wrong {
      #expect(inputError { try load(preset) }.subject == "preset p")
    }
  }

  @Test func aClassWithoutImages() throws {
    let folder = try TemporaryFolder()
    try writeFashion(folder, train: 20, test: 5)
    #expect(inputError { try FashionScenes.load(.fashion64, directory: folder.path) }.found.contains("no image of"))
  }

  @Test func aPresetSurvivesJSON() throws {
    let data = try JSONEncoder().encode(FashionScenes.Preset.fashion64)
    #expect(try JSONDecoder().decode(FashionScenes.Preset.self, from: data) == .fashion64)
  }

  static let hasRealData = FileManager.default.fileExists(
    atPath: "\(FashionScenes.defaultDirectory)/train-images-idx3-ubyte.gz")

  @Test(.enabled(if: hasRealData, "needs Debian's dataset-fashion-mnist or RSS_FASHION_MNIST"))
  func realGarments() throws {
    let clock = ContinuousClock()
    for preset in FashionScenes.Preset.all {
      var splits: DatasetSplits?
      let time = try clock.measure { splits = try FashionScenes.load(preset) }
      print("loading \(preset.name) took \(time)")
      let loaded = try #require(splits)
      #expect(loaded.train.count == 4000 && loaded.validation.count == 400 && loaded.tuning.count == 400)
      var pixels = [Int](repeating: 0, count: 256)
      for sample in try samples(loaded.validation) {
        for (id, count) in sample.labels.histogram().enumerated() { pixels[id] += count }
      }
      let share = Double(pixels[0]) / Double(pixels.reduce(0, +))
      #expect((0.4...0.9).contains(share), "\(preset.name): background \(share)")
      #expect(
        pixels[1..<preset.classes.count].allSatisfy { $0 > 0 } && pixels[preset.classes.count...].allSatisfy { $0 == 0 }
      )
      #expect(time < .seconds(10))
    }
  }
}
