import Support

/// The three splits an experiment needs: one to learn from, one to choose hyper-parameters on, one to report.
///
/// Tuning samples come out of the training data and never out of validation, so a hyper-parameter can't have seen the
/// pixels its result is reported on. The training split's labels, and those of a tuning split that is cut from it, may
/// be somewhere else: with a program that gives rewards, or nowhere.
public struct DatasetSplits: Sendable {
  /// The images to learn from.
  public let train: any ImageDataset
  /// The same with labels; nil where this process has none.
  public let labelledTrain: (any LabelledDataset)?
  /// Hyper-parameters are chosen on it.
  public let tuning: any ImageDataset
  /// The same with labels; nil where this process has none.
  public let labelledTuning: (any LabelledDataset)?
  /// Results are of it.
  public let validation: any LabelledDataset
  /// The class that means "none of the others": 0 for FashionScenes and PASCAL VOC, `nil` for CamVid, where every
  /// pixel belongs to something.
  public let backgroundClass: Int?

  /// Splits with all their labels.
  public init(
    train: any LabelledDataset, tuning: any LabelledDataset, validation: any LabelledDataset, backgroundClass: Int?
  ) {
    (self.train, labelledTrain, self.tuning, labelledTuning) = (train, train, tuning, tuning)
    (self.validation, self.backgroundClass) = (validation, backgroundClass)
  }

  /// A training split without labels, and a tuning split that has some.
  public init(
    images train: any ImageDataset, tuning: any LabelledDataset, validation: any LabelledDataset, backgroundClass: Int?
  ) {
    (self.train, labelledTrain, self.tuning, labelledTuning) = (train, nil, tuning, tuning)
    (self.validation, self.backgroundClass) = (validation, backgroundClass)
  }

  /// Labels in validation alone.
  public init(
    images train: any ImageDataset, tuningImages tuning: any ImageDataset, validation: any LabelledDataset,
    backgroundClass: Int?
  ) {
    (self.train, labelledTrain, self.tuning, labelledTuning) = (train, nil, tuning, nil)
    (self.validation, self.backgroundClass) = (validation, backgroundClass)
  }

  /// The same splits with other images to learn from, which have labels.
  public func learning(from train: any LabelledDataset) -> DatasetSplits {
    DatasetSplits(
      train: train, trainLabels: train, tuning: tuning, tuningLabels: labelledTuning, validation: validation,
      backgroundClass: backgroundClass)
  }

  /// The same splits with other images to learn from, which have no labels.
  public func learning(fromImages train: any ImageDataset) -> DatasetSplits {
    DatasetSplits(
      train: train, trainLabels: nil, tuning: tuning, tuningLabels: labelledTuning, validation: validation,
      backgroundClass: backgroundClass)
  }

  private init(
    train: any ImageDataset, trainLabels: (any LabelledDataset)?, tuning: any ImageDataset,
    tuningLabels: (any LabelledDataset)?, validation: any LabelledDataset, backgroundClass: Int?
  ) {
    (self.train, labelledTrain, self.tuning, labelledTuning) = (train, trainLabels, tuning, tuningLabels)
    (self.validation, self.backgroundClass) = (validation, backgroundClass)
  }

  /// The training split with its labels, for what can't do without.
  ///
  /// - Parameter user: who asks: "cross-entropy".
  /// - Throws: `InputError` where there are none.
  public func trainingLabels(for user: String) throws -> any LabelledDataset {
    try Self.required(labelledTrain, of: train, for: user)
  }

  /// The tuning split with its labels, for what can't do without.
  ///
  /// - Throws: `InputError` where there are none.
  public func tuningLabels(for user: String) throws -> any LabelledDataset {
    try Self.required(labelledTuning, of: tuning, for: user)
  }

  private static func required(
    _ labelled: (any LabelledDataset)?, of images: any ImageDataset, for user: String
  ) throws -> any LabelledDataset {
    guard let labelled else {
      throw InputError(
        images.name, found: "images without labels", expected: "a label for each pixel, which \(user) needs",
        advice: "Use a split with labels; a row that learns from rewards or tags needs none in training.")
    }
    return labelled
  }

  /// The id of the class called `background` or `null`, whatever its case; `nil` when there is none.
  static func backgroundClass(in classes: [String]) -> Int? {
    classes.firstIndex { ["background", "null"].contains($0.lowercased()) }
  }
}
