import Datasets
import Images

/// What is done to seeds before they become labels: a dense CRF, pixel-adaptive refinement, an affinity random walk.
///
/// The scores include the background, as a class whose score is the threshold everywhere. A refinement learns from what a
/// weakly supervised method is given and nothing more.
public struct Refinement: Sendable {
  public typealias Step = (Image, ClassScores) throws -> ClassScores

  /// What a refinement that learns can learn from.
  public struct Setting {
    public let training: TaggedDataset
    /// The seeds of the training images.
    public let seeds: SeedMaker
    /// The threshold of the seeds by themselves, chosen on the tuning split.
    public let threshold: Float
    public let seed: UInt64
  }

  private let prepare: @Sendable (Setting) throws -> Step

  /// A refinement that learns first: `prepare` runs once and returns what is done to each image.
  public init(learning prepare: @escaping @Sendable (Setting) throws -> Step) { self.prepare = prepare }

  /// A refinement that looks at one image at a time.
  public init(_ step: @escaping @Sendable (Image, ClassScores) throws -> ClassScores) {
    prepare = { _ in step }
  }

  func prepared(for setting: Setting) throws -> Step { try prepare(setting) }
}
