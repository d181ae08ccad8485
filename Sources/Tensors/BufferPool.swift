import Synchronization

/// Reuses the memory of tensors, so that a training step after the first one asks the system for none for them.
///
/// A step asks for the same sizes in the same order every time; a freed buffer goes onto the list of its size class and
/// the next request of that class takes it from there. Classes are eighths of a power of two: at most 1/8 is wasted.
///
/// What waits is bounded, for data whose images all have other sizes: where the system must be asked for memory, buffers
/// that have waited longest go back to it, until the pool holds no more than `slack` times the most that tensors ever
/// held at once. A step that repeats itself asks for no memory, so it gives none back either.
package final class BufferPool: Sendable {
  package static let shared = BufferPool()

  fileprivate struct State {
    // Addresses as integers: raw pointers aren't Sendable, and no buffer is touched while it lies here.
    /// For each size those that wait, the longest waiting first.
    var free: [Int: [(address: UInt, since: Int)]] = [:]
    var waitingBytes = 0
    /// The most bytes that tensors held at once.
    var mostHeld = 0
    /// Counts what was given back.
    var time = 0
    var statistics = Statistics()
  }

  package struct Statistics: Sendable, Equatable {
    /// How often the system was asked for memory.
    package var allocations = 0
    /// Bytes that tensors hold or that wait for reuse.
    package var bytes = 0
  }

  /// Of the most ever held. A pass forward holds two or three layers at a time and uses buffers of some ten sizes, one
  /// after the other: about 2.5 times what it holds.
  static let slack = 3
  /// Less than this isn't worth to be given back.
  static let least = 1 << 26

  private let state = Mutex(State())

  package var statistics: Statistics { state.withLock { $0.statistics } }

  /// Bytes are rounded up to this: a multiple of 64, at most 1/8 over what was asked for.
  static func sizeClass(_ bytes: Int) -> Int {
    let needed = max(64, bytes)
    let power = 1 << (Int.bitWidth - 1 - needed.leadingZeroBitCount)
    let unit = max(64, power / 8)
    return (needed + unit - 1) / unit * unit
  }

  func take(_ size: Int) -> UnsafeMutableRawPointer {
    var surplus: [UInt] = []
    let reused = state.withLock { state -> UInt? in
      defer { state.mostHeld = max(state.mostHeld, state.statistics.bytes - state.waitingBytes) }
      if let waiting = state.free[size]?.popLast() {
        state.waitingBytes -= size
        return waiting.address
      }
      state.statistics.allocations += 1
      state.statistics.bytes += size
      surplus = state.removeSurplus()
      return nil
    }
    for address in surplus { UnsafeMutableRawPointer(bitPattern: address)?.deallocate() }
    if let reused, let pointer = UnsafeMutableRawPointer(bitPattern: reused) { return pointer }
    return .allocate(byteCount: size, alignment: 64)
  }

  func giveBack(_ pointer: UnsafeMutableRawPointer, _ size: Int) {
    let address = UInt(bitPattern: pointer)
    state.withLock {
      $0.time += 1
      $0.waitingBytes += size
      $0.free[size, default: []].append((address, $0.time))
    }
  }

  /// Hands all waiting buffers back to the system: between phases whose shapes differ.
  package func drain() {
    let waiting = state.withLock { state -> [UInt] in
      defer { (state.free, state.waitingBytes) = ([:], 0) }
      state.statistics.bytes -= state.waitingBytes
      state.mostHeld = state.statistics.bytes
      return state.free.values.flatMap { $0.map(\.address) }
    }
    for address in waiting { UnsafeMutableRawPointer(bitPattern: address)?.deallocate() }
  }
}

extension BufferPool.State {
  /// Takes the longest waiting buffers out until the pool is within its bound.
  mutating func removeSurplus() -> [UInt] {
    let bound = max(BufferPool.least, BufferPool.slack * max(mostHeld, statistics.bytes - waitingBytes))
    var removed: [UInt] = []
    while statistics.bytes > bound,
      let (size, waiting) = free.filter({ !$0.value.isEmpty }).min(by: { $0.value[0].since < $1.value[0].since })
    {
      removed.append(waiting[0].address)
      free[size] = waiting.count == 1 ? nil : Array(waiting.dropFirst())
      waitingBytes -= size
      statistics.bytes -= size
    }
    return removed
  }
}

/// One pooled, 64-byte aligned buffer; it returns to the pool with its last owner.
final class Storage {
  let pointer: UnsafeMutableRawPointer
  let size: Int

  init(bytes: Int) {
    size = BufferPool.sizeClass(bytes)
    pointer = BufferPool.shared.take(size)
  }

  deinit { BufferPool.shared.giveBack(pointer, size) }
}
