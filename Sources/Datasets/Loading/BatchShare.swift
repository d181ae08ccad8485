import Ranks

/// Which of a batch's images a process has, where several share it.
public struct BatchShare: Sendable {
  /// Places in the whole batch.
  public let places: Range<Int>
  /// Who has the others.
  public let ranks: any Communicator

  /// - Parameters:
  ///   - places: those of rank 0 first, then those of rank 1.
  ///   - ranks: that share the batch.
  public init(_ places: Range<Int>, of ranks: any Communicator) { (self.places, self.ranks) = (places, ranks) }

  /// All images of a batch.
  public static func whole(_ count: Int) -> BatchShare { BatchShare(0..<count, of: SingleProcess()) }
}
