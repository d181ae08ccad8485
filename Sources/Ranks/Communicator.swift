/// Processes that compute one thing together, numbered from 0: what one hands to the others.
///
/// Everyone calls the same methods in the same order; a rank that doesn't leaves the others waiting, until whoever started
/// them ends them all.
public protocol Communicator: AnyObject, Sendable {
  /// Which one this process is.
  var rank: Int { get }
  /// How many there are; 1 is a process by itself.
  var count: Int { get }

  /// Everyone's bytes, in the order of ranks.
  ///
  /// - Parameter sizes: how many each gives; nil is told by each, which takes a message more.
  func gather(_ bytes: UnsafeRawBufferPointer, sizes: [Int]?) -> [[UInt8]]

  /// Begins to send to one rank; the memory stays as it is until the message `isDone`.
  ///
  /// - Parameter tag: tells messages between the same two ranks apart; they arrive in order where it is the same.
  func send(_ bytes: UnsafeRawBufferPointer, to rank: Int, tag: Int) -> Message
  /// Begins to receive as many bytes as were sent; nobody touches the memory until the message `isDone`.
  func receive(_ bytes: UnsafeMutableRawBufferPointer, from rank: Int, tag: Int) -> Message
  /// Begins to add up everyone's numbers in place, in an order of its own: the last bits follow from the number of ranks.
  func add(_ numbers: UnsafeMutableBufferPointer<Float>) -> Message
  /// Whether a message has arrived or left. Doesn't wait; what goes on goes on while somebody asks.
  func isDone(_ message: inout Message) -> Bool
}

/// What is on its way.
public struct Message: @unchecked Sendable {
  // The library's handle, which only the communicator that made it looks into.
  package var request: UnsafeMutableRawPointer?
  /// Nothing that anyone waits for.
  public init() {}
  package init(_ request: UnsafeMutableRawPointer?) { self.request = request }
}

extension Communicator {
  /// Whether this process writes files, talks and decides: rank 0.
  public var isFirst: Bool { rank == 0 }

  /// Everyone's numbers, those of rank 0 first; each may give another number of them.
  ///
  /// - Parameter counts: how many, where everyone knows it.
  public func gather<Number: BitwiseCopyable>(_ numbers: [Number], counts: [Int]? = nil) -> [Number] {
    count > 1 ? Self.numbers(in: bytes(of: numbers, counts)) : numbers
  }

  /// The same, each rank's apart.
  public func gatherEach<Number: BitwiseCopyable>(_ numbers: [Number], counts: [Int]? = nil) -> [[Number]] {
    count > 1 ? bytes(of: numbers, counts).map { Self.numbers(in: [$0]) } : [numbers]
  }

  private func bytes<Number: BitwiseCopyable>(of numbers: [Number], _ counts: [Int]?) -> [[UInt8]] {
    numbers.withUnsafeBytes { gather($0, sizes: counts.map { $0.map { $0 * MemoryLayout<Number>.stride } }) }
  }

  /// Copied as bytes: number by number it would go through code that isn't made for any kind of them.
  private static func numbers<Number: BitwiseCopyable>(in parts: [[UInt8]]) -> [Number] {
    let total = parts.reduce(0) { $0 + $1.count } / MemoryLayout<Number>.stride
    return Array(unsafeUninitializedCapacity: total) { numbers, count in
      let target = UnsafeMutableRawBufferPointer(numbers)
      var first = 0
      for part in parts where !part.isEmpty {
        UnsafeMutableRawBufferPointer(rebasing: target[first..<first + part.count]).copyBytes(from: part)
        first += part.count
      }
      count = total
    }
  }

  /// The sums over all ranks; integers, whose sum has no order.
  public func sum(_ numbers: [Int]) -> [Int] {
    guard count > 1 else { return numbers }
    let all = gatherEach(numbers, counts: [Int](repeating: numbers.count, count: count))
    return numbers.indices.map { i in all.reduce(0) { $0 + $1[i] } }
  }

  /// The sum over all ranks.
  public func sum(_ number: Int) -> Int { sum([number])[0] }

  /// Which of `items` are this rank's: neighbours, as many as others have or one more, so that what is gathered in the order of
  /// ranks is in the order of items.
  public func share(of items: Int) -> Range<Int> { share(of: items, rank: rank) }

  /// The same of any rank.
  package func share(of items: Int, rank: Int) -> Range<Int> { items * rank / count..<items * (rank + 1) / count }
}

extension Communicator where Self == SingleProcess {
  /// Nobody else.
  public static var alone: SingleProcess { SingleProcess() }
}

/// A process by itself.
public final class SingleProcess: Communicator {
  /// As the protocol says.
  public let rank = 0
  /// As the protocol says.
  public let count = 1

  /// There is nothing to tell.
  public init() {}

  /// As the protocol says.
  public func gather(_ bytes: UnsafeRawBufferPointer, sizes: [Int]?) -> [[UInt8]] { [Array(bytes)] }
  /// As the protocol says.
  public func send(_ bytes: UnsafeRawBufferPointer, to rank: Int, tag: Int) -> Message { alone() }
  /// As the protocol says.
  public func receive(_ bytes: UnsafeMutableRawBufferPointer, from rank: Int, tag: Int) -> Message { alone() }
  /// As the protocol says.
  public func add(_ numbers: UnsafeMutableBufferPointer<Float>) -> Message { Message() }
  /// As the protocol says.
  public func isDone(_ message: inout Message) -> Bool { true }

  private func alone() -> Never { preconditionFailure("a process by itself has nobody to talk to") }
}
