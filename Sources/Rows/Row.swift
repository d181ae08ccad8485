import Training
import WeakSupervision

/// One row of a table: a data set and a recipe under a name.
///
/// Rows are values, written out in one file a data set (`Fashion32Rows.swift`); there is no registry and nothing to inherit
/// from. Each runs by `rss train NAME --seed 1`.
package struct Row: Codable, Sendable, Equatable {
  /// `data set/method`.
  package var name: String
  /// What the tables call the method.
  package var title: String
  package var data: DataSource
  package var recipe: Recipe
  /// How pseudo labels are made from tags; nil for rows that learn from labels or rewards alone.
  package var weak: WeakRecipe?
  /// How the row's network learns from tags by itself; nil for rows that don't.
  package var oneStage: OneStageRecipe?
  /// What seeds of this project measured, to notice when they don't any more; nil where they haven't been run, or a table
  /// says it.
  package var expected: Expected?

  package struct Expected: Codable, Sendable, Equatable {
    /// Mean over seeds of validation mIoU.
    package var mIoU: Double
    /// How far a mean over three seeds may lie from it.
    package var tolerance: Double
    /// Of one run with one thread, on a Xeon with AVX-512 that another such run shared: the shortest that is recorded.
    package var seconds: Double?

    package init(mIoU: Double, tolerance: Double, seconds: Double? = nil) {
      (self.mIoU, self.tolerance, self.seconds) = (mIoU, tolerance, seconds)
    }
  }

  /// Whether it is given the classes of each training image in place of labels.
  package var learnsFromTags: Bool { weak != nil || oneStage != nil }

  package init(
    _ name: String, _ title: String, _ data: DataSource, _ recipe: Recipe, weak: WeakRecipe? = nil,
    oneStage: OneStageRecipe? = nil, expected: Expected? = nil
  ) {
    (self.name, self.title, self.data, self.recipe) = (name, title, data, recipe)
    (self.weak, self.oneStage, self.expected) = (weak, oneStage, expected)
  }
}

extension Row {
  /// What the training images come with.
  package var given: String {
    switch (learnsFromTags, recipe.objective) {
    case (false, .crossEntropy): "pixel labels"
    case (false, _): "reward queries"
    case (_, .crossEntropy): "tags"
    case (_, _): "tags, reward queries"
    }
  }
}
