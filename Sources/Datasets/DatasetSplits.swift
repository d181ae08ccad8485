/// The three splits an experiment needs: one to learn from, one to choose hyper-parameters on, one to report.
///
/// Tuning samples come out of the training data and never out of validation, so a hyper-parameter can't have seen the
/// pixels its result is reported on.
public struct DatasetSplits: Sendable {
  public let train: any Dataset
  public let tuning: any Dataset
  public let validation: any Dataset
  /// The class that means "none of the others": 0 for FashionScenes and PASCAL VOC, `nil` for CamVid, where every
  /// pixel belongs to something.
  public let backgroundClass: Int?

  public init(train: any Dataset, tuning: any Dataset, validation: any Dataset, backgroundClass: Int?) {
    self.train = train
    self.tuning = tuning
    self.validation = validation
    self.backgroundClass = backgroundClass
  }

  /// The id of the class called `background` or `null`, whatever its case; `nil` when there is none.
  static func backgroundClass(in classes: [String]) -> Int? {
    classes.firstIndex { ["background", "null"].contains($0.lowercased()) }
  }
}
