import Datasets
import Networks
import Rows
import Tensors
import Training
import WeakSupervision

/// What runs of one process have in common, so that it is done once: rows that differ in what becomes of a classifier's
/// maps train the same classifier, and one that goes on from another row's network trains that network, too.
///
/// Everything here follows from its key alone, so a run ends with the same bits whether it finds something here or not,
/// and its record counts the seconds as if it had not.
package final class SharedWork {
  /// What a classifier follows from.
  struct ClassifierKey: Equatable {
    var recipe: Recipe
    var outputStride: Int
    var seed: UInt64
    var images: String
    var tags: [[UInt8]]

    init(_ weak: WeakRecipe, within recipe: Recipe, on tagged: TaggedDataset, seed: UInt64) {
      (self.recipe, outputStride, self.seed) = (weak.classifierRecipe(within: recipe), weak.outputStride, seed)
      (images, tags) = (tagged.images.fingerprint, tagged.tags)
    }
  }

  /// What can be known of a classifier before data are read: runs of equal ones train the same.
  package struct Mark: Equatable {
    private let data: DataSource
    private let recipe: Recipe
    private let outputStride: Int
    private let seed: UInt64

    /// Nil for a row without a classifier, which shares nothing.
    package init?(_ row: Row, seed: UInt64) {
      guard let weak = row.weak else { return nil }
      (data, recipe) = (row.data, weak.classifierRecipe(within: row.recipe))
      (outputStride, self.seed) = (weak.outputStride, seed)
    }
  }

  /// What a network follows from that learned pseudo labels.
  struct NetworkKey: Equatable {
    var recipe: Recipe
    var weak: WeakRecipe
    var classifier: ClassifierKey
    /// Chooses the thresholds.
    var tuning: String

    /// - Parameter recipe: the network's own.
    init(_ weak: WeakRecipe, _ recipe: Recipe, on tagged: TaggedDataset, tuning: any ImageDataset, seed: UInt64) {
      (self.recipe, self.weak, self.tuning) = (recipe, weak, tuning.fingerprint)
      self.weak.start = nil
      classifier = ClassifierKey(weak, within: recipe, on: tagged, seed: seed)
    }
  }

  /// Something that took its time.
  struct Work<Value> {
    let value: Value
    let seconds: Double

    init(value: Value, seconds: Double) { (self.value, self.seconds) = (value, seconds) }
  }

  private(set) var classifiers: [(key: ClassifierKey, work: Work<Classifier>)] = []
  private(set) var networks: [(key: NetworkKey, work: Work<[String: Tensor]>)] = []

  package init() {}

  /// The classifier of the key: an earlier run's, or what `train` makes.
  func classifier(_ key: ClassifierKey, train: () throws -> Work<Classifier>) rethrows -> Work<Classifier> {
    if let known = classifiers.first(where: { $0.key == key }) { return known.work }
    let work = try train()
    classifiers.append((key, work))
    return work
  }

  /// The network of the key: what an earlier run kept, or what `train` makes.
  func network(
    _ key: NetworkKey, train: () throws -> Work<[String: Tensor]>
  ) rethrows -> Work<[String: Tensor]> {
    if let known = networks.first(where: { $0.key == key }) { return known.work }
    let work = try train()
    networks.append((key, work))
    return work
  }

  /// Keeps a network that a run has trained.
  func keep(_ network: [String: Tensor], for key: NetworkKey, seconds: Double) {
    guard !networks.contains(where: { $0.key == key }) else { return }
    networks.append((key, Work(value: network, seconds: seconds)))
  }
}
