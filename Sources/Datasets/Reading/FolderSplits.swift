import Support

extension FolderDataset {
  /// Opens the three splits of a folder.
  ///
  /// When the folder has no split of the name given for tuning, it's cut from the training split: every tenth id
  /// (places 9, 19, 29, ...; the last id when there are fewer than ten), and training keeps the rest. Ids of video
  /// frames are in order of time, so the cut takes frames from every sequence.
  ///
  /// - Parameters:
  ///   - train: the split to learn from.
  ///   - tuning: the split to choose hyper-parameters on, when there is one.
  ///   - validation: the split to report.
  ///   - channels: 1 or 3; `nil` takes that of the first training image, for all splits.
  /// - Throws: `InputError`, as the initializer, and when the training split has a single id and must be cut.
  public static func splits(
    directory: String, train: String = "train", tuning: String = "tuning", validation: String = "val",
    remap: ClassMap? = nil, channels: Int? = 3, cacheLimit: Int = FolderDataset.defaultCacheLimit
  ) throws -> DatasetSplits {
    func open(_ split: String, _ channels: Int?) throws -> FolderDataset {
      try FolderDataset(
        directory: directory, split: split, remap: remap, channels: channels, cacheLimit: cacheLimit)
    }
    let learning = try open(train, channels)
    let reported = try open(validation, learning.channels)
    let known = SplitList.available(in: directory, try FolderLayout.names(in: directory))
    let pair =
      known.contains(tuning)
      ? (train: learning, tuning: try open(tuning, learning.channels))
      : try cut(learning, train: train, tuning: tuning, directory: directory)
    return DatasetSplits(
      train: pair.train, tuning: pair.tuning, validation: reported,
      backgroundClass: DatasetSplits.backgroundClass(in: learning.classes))
  }

  private static func cut(_ dataset: FolderDataset, train: String, tuning: String, directory: String) throws -> (
    train: FolderDataset, tuning: FolderDataset
  ) {
    let cut = try tuningCut(of: dataset.count, train: train, tuning: tuning, directory: directory)
    return (dataset.selecting(cut.kept, split: train), dataset.selecting(cut.held, split: tuning))
  }

  /// Which of a training split's places are held out for tuning.
  ///
  /// - Throws: `InputError` for a split of one id.
  static func tuningCut(of count: Int, train: String, tuning: String, directory: String) throws -> (
    kept: [Int], held: [Int]
  ) {
    guard count > 1 else {
      throw InputError(
        "\(directory)/\(train).txt", found: "a single id", expected: "at least two, one of them for tuning",
        advice: "Add images, or write a \(tuning).txt.")
    }
    func isHeld(_ place: Int) -> Bool { count < 10 ? place == count - 1 : place % 10 == 9 }
    return ((0..<count).filter { !isHeld($0) }, (0..<count).filter(isHeld))
  }
}
