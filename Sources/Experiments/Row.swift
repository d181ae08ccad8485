import Training
import WeakSupervision

/// One row of a table: a data set and a recipe under a name.
///
/// Rows are values, written out in `Rows.swift`; there is no registry and nothing to inherit from.
public struct Row: Codable, Sendable, Equatable {
  /// `data set/method`.
  public var name: String
  /// What the tables call the method.
  public var title: String
  public var data: DataSource
  public var recipe: Recipe
  /// How pseudo labels are made from tags; nil for rows that learn from labels or rewards alone.
  public var weak: WeakRecipe?
  /// How the row's network learns from tags by itself; nil for rows that don't.
  public var oneStage: OneStageRecipe?
  /// What three seeds of this project measured, to notice when they don't any more; nil where they haven't been run.
  public var expected: Expected?

  public struct Expected: Codable, Sendable, Equatable {
    /// Mean over seeds of validation mIoU.
    public var mIoU: Double
    /// How far a mean over three seeds may lie from it.
    public var tolerance: Double

    public init(mIoU: Double, tolerance: Double) { (self.mIoU, self.tolerance) = (mIoU, tolerance) }
  }

  /// Whether it is given the classes of each training image in place of labels.
  public var learnsFromTags: Bool { weak != nil || oneStage != nil }

  public init(_ name: String, _ title: String, _ data: DataSource, _ recipe: Recipe, expected: Expected? = nil) {
    (self.name, self.title, self.data, self.recipe, self.expected) = (name, title, data, recipe, expected)
  }
}
