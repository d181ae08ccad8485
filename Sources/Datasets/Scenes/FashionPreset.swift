import Support

extension FashionScenes {
  /// Everything that defines a set of scenes, apart from the seed.
  public struct Preset: Sendable, Equatable, Codable {
    /// `fashion32`; the first part of a split's name.
    public let name: String
    /// Side of a scene in pixels.
    public let size: Int
    /// Side of a garment in pixels, at most `size` and at most 28, that of Fashion-MNIST's images.
    public let garmentSize: Int
    /// The ids of Fashion-MNIST that occur; class k of a scene is `garmentClasses[k - 1]`, class 0 the background.
    public let garmentClasses: [Int]
    /// How many garments a scene has, each number equally often.
    public let garments: ClosedRange<Int>
    /// Number of scenes in each split.
    public let train: Int
    /// Scenes of the validation split.
    public let validation: Int
    /// Scenes of the tuning split.
    public let tuning: Int

    /// 4000 scenes to learn from and 400 in each of the other splits, of one to five garments, where nothing else is said.
    public init(
      name: String, size: Int, garmentSize: Int, garmentClasses: [Int], garments: ClosedRange<Int> = 1...5,
      train: Int = 4000, validation: Int = 400, tuning: Int = 400
    ) {
      self.name = name
      self.size = size
      self.garmentSize = garmentSize
      self.garmentClasses = garmentClasses
      self.garments = garments
      self.train = train
      self.validation = validation
      self.tuning = tuning
    }

    /// `background`, then the garments.
    public var classes: [String] { ["background"] + garmentClasses.map { FashionMNIST.classNames[$0] } }

    /// - Throws: `InputError` that names the field which can't be used.
    func validate() throws {
      func require(_ condition: Bool, _ field: String, _ found: String, _ expected: String) throws {
        guard !condition else { return }
        throw InputError(
          "preset \(name)", found: "\(field) \(found)", expected: expected,
          advice: "Start from FashionScenes.Preset.fashion32 and change one field at a time.")
      }
      let largest = 1024  // pixels; 4000 scenes of this side would need 20 GB
      try require((1...largest).contains(size), "size", "\(size)", "1...\(largest)")
      let most = min(size, FashionMNIST.side)
      try require((1...most).contains(garmentSize), "garmentSize", "\(garmentSize)", "1...\(most)")
      let known = garmentClasses.allSatisfy(FashionMNIST.classNames.indices.contains)
      let unique = Set(garmentClasses).count == garmentClasses.count
      try require(
        known && unique && !garmentClasses.isEmpty, "garmentClasses", "\(garmentClasses)",
        "at least one id in 0...9, none twice")
      try require(garments.lowerBound >= 0, "garments", "\(garments)", "numbers of at least 0")
      for (field, count) in [("train", train), ("validation", validation), ("tuning", tuning)] {
        try require(count > 0, field, "\(count)", "at least one scene")
      }
    }
  }
}

extension FashionScenes.Preset {
  /// 32 x 32 pixels, garments of 14 x 14, five classes whose outlines differ, and background: K = 6.
  ///
  /// The quick problem: a network of some 100,000 parameters learns it in a minute.
  public static let fashion32 = FashionScenes.Preset(
    name: "fashion32", size: 32, garmentSize: 14, garmentClasses: [1, 3, 5, 7, 8])

  /// 64 x 64 pixels, garments of 28 x 28 as they are, all ten classes and background: K = 11.
  ///
  /// The hard problem: pullover, coat and shirt have nearly the same outline.
  public static let fashion64 = FashionScenes.Preset(
    name: "fashion64", size: 64, garmentSize: 28, garmentClasses: Array(0...9))

  /// Every preset, for lists and for looking one up by its name.
  public static let all = [fashion32, fashion64]
}
