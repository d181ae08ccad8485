import COneDNN
import CThreads
import Synchronization

/// oneDNN's compiled primitives, created once for a shape.
///
/// Creating one generates machine code and takes about a millisecond; a network uses the same few dozen in every step.
/// A primitive owns memory that a run writes, so runs of a cache take turns; lanes compute side by side, with a cache each.
final class OperationCache: Sendable {
  private static let ofLanes = (0...RSS_MOST_LANES).map { _ in OperationCache() }

  /// The one of the lane that the calling thread is in.
  static var current: OperationCache { ofLanes[Int(rss_lane())] }

  /// A step of the U-Net has 33 operations and an evaluation 11, one of a ResNet-50 some 200: room for a training and a
  /// dozen image sizes. Each has packed weights of its own: with 2048, an evaluation of photographs of many sizes held 1 GB
  /// of them. A data set whose every image has another size starts over now and then, at a millisecond an operation.
  static let limit = 512

  enum Kind: Hashable {
    case convolutionForward, convolutionBackwardData, convolutionBackwardWeights
    case poolingForward, poolingBackward
    case bilinearForward, bilinearBackward
  }

  private struct Key: Hashable {
    let kind: Kind
    let fields: [Int32]
    /// A primitive splits its work when it is compiled.
    let threads: Int
  }

  // Addresses as integers: opaque pointers aren't Sendable, and they are used only under the lock.
  private let operations = Mutex<[Key: UInt]>([:])

  /// Primitives that are kept now.
  var count: Int { operations.withLock { $0.count } }

  /// Runs `body` with the primitive of this kind and shape, compiled first where it is new.
  ///
  /// A failure is a bug of this module or a machine out of memory, and stops the program with oneDNN's reason.
  func run(
    _ kind: Kind, _ fields: [Int32], create: (UnsafeMutablePointer<OpaquePointer?>) -> rss_status,
    _ body: (OpaquePointer) -> rss_status
  ) {
    let key = Key(kind: kind, fields: fields, threads: Threads.count)
    let status = operations.withLock { operations -> rss_status in
      if let operation = operations[key].flatMap(OpaquePointer.init(bitPattern:)) { return body(operation) }
      if operations.count >= Self.limit {
        for address in operations.values { rss_operation_destroy(OpaquePointer(bitPattern: address)) }
        operations = [:]
        rss_release_shared_memory()
      }
      var made: OpaquePointer?
      let status = create(&made)
      guard status == 0, let made else { return status }
      operations[key] = UInt(bitPattern: made)
      return body(made)
    }
    precondition(status == 0, "oneDNN, \(kind) for \(fields): \(String(cString: rss_status_text(status)))")
  }
}
