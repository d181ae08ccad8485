import Foundation
import Ranks
import Synchronization

/// Ranks that are threads of this process: what a test needs to be several.
public final class LocalRanks: Communicator {
  /// As the protocol says.
  public let rank: Int
  /// As the protocol says.
  public let count: Int
  private let exchange: Exchange

  private init(rank: Int, count: Int, exchange: Exchange) {
    (self.rank, self.count, self.exchange) = (rank, count, exchange)
  }

  /// Runs `body` once for each rank, each on a thread of its own, and returns what they return in the order of ranks.
  public static func run<Value: Sendable>(_ count: Int, _ body: @escaping @Sendable (LocalRanks) -> Value) -> [Value] {
    let exchange = Exchange(count)
    let results = Mutex<[Int: Value]>([:])
    let threads = (0..<count).map { rank in
      let ended = DispatchSemaphore(value: 0)
      let thread = Thread {
        let value = body(LocalRanks(rank: rank, count: count, exchange: exchange))
        results.withLock { $0[rank] = value }
        ended.signal()
      }
      thread.stackSize = 8 << 20
      thread.start()
      return ended
    }
    for ended in threads { ended.wait() }
    return results.withLock { found in (0..<count).compactMap { found[$0] } }
  }

  /// As the protocol says.
  public func gather(_ bytes: UnsafeRawBufferPointer, sizes: [Int]?) -> [[UInt8]] {
    let all = exchange.gather(Array(bytes), rank: rank)
    precondition(sizes == nil || sizes == all.map(\.count), "everyone gives as many as was said")
    return all
  }

  /// As the protocol says.
  public func send(_ bytes: UnsafeRawBufferPointer, to other: Int, tag: Int) -> Message {
    exchange.post(Array(bytes), .init(from: rank, to: other, tag: tag))
    return Message()
  }

  /// As the protocol says.
  public func receive(_ bytes: UnsafeMutableRawBufferPointer, from other: Int, tag: Int) -> Message {
    exchange.expect(bytes, .init(from: other, to: rank, tag: tag))
  }

  /// As the protocol says.
  public func add(_ numbers: UnsafeMutableBufferPointer<Float>) -> Message {
    let all = gatherEach(Array(numbers))
    for i in numbers.indices { numbers[i] = all.reduce(0) { $0 + $1[i] } }
    return Message()
  }

  /// As the protocol says.
  public func isDone(_ message: inout Message) -> Bool { message.request.map(exchange.arrived) ?? true }

  /// Where all ranks meet.
  private final class Exchange: @unchecked Sendable {
    struct Way: Hashable { var from, to, tag: Int }

    private let count: Int
    private let condition = NSCondition()
    private var brought: [Int: [UInt8]] = [:]
    private var gathered: [[UInt8]] = []
    private var generation = 0
    private var posted: [Way: [[UInt8]]] = [:]
    private var expected: [Int: (way: Way, target: UnsafeMutableRawBufferPointer)] = [:]
    private var next = 1

    init(_ count: Int) { self.count = count }

    func gather(_ bytes: [UInt8], rank: Int) -> [[UInt8]] {
      condition.lock()
      defer { condition.unlock() }
      brought[rank] = bytes
      let own = generation
      if brought.count == count {
        gathered = (0..<count).compactMap { brought[$0] }
        brought = [:]
        generation += 1
        condition.broadcast()
      }
      while generation == own { condition.wait() }
      return gathered
    }

    func post(_ bytes: [UInt8], _ way: Way) {
      condition.withLock { posted[way, default: []].append(bytes) }
    }

    func expect(_ target: UnsafeMutableRawBufferPointer, _ way: Way) -> Message {
      condition.withLock {
        defer { next += 1 }
        expected[next] = (way, target)
        return Message(UnsafeMutableRawPointer(bitPattern: next))
      }
    }

    func arrived(_ message: UnsafeMutableRawPointer) -> Bool {
      condition.withLock {
        let number = Int(bitPattern: message)
        guard let (way, target) = expected[number], let bytes = posted[way]?.first else { return false }
        posted[way]?.removeFirst()
        expected[number] = nil
        target.copyBytes(from: bytes)
        return true
      }
    }
  }
}
