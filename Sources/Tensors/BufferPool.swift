import Synchronization

/// Reuses the memory of tensors, so that a training step after the first one asks the system for none for them.
///
/// A step asks for the same sizes in the same order every time; a freed buffer goes onto the list of its size class and
/// the next request of that class takes it from there. Classes are eighths of a power of two: at most 1/8 is wasted.
public final class BufferPool: Sendable {
  public static let shared = BufferPool()

  private struct State {
    // Addresses as integers: raw pointers aren't Sendable, and no buffer is touched while it lies here.
    var free: [Int: [UInt]] = [:]
    var statistics = Statistics()
  }

  public struct Statistics: Sendable, Equatable {
    /// How often the system was asked for memory.
    public var allocations = 0
    /// Bytes that tensors hold or that wait for reuse.
    public var bytes = 0
  }

  private let state = Mutex(State())

  public var statistics: Statistics { state.withLock { $0.statistics } }

  /// Bytes are rounded up to this: a multiple of 64, at most 1/8 over what was asked for.
  static func sizeClass(_ bytes: Int) -> Int {
    let needed = max(64, bytes)
    let power = 1 << (Int.bitWidth - 1 - needed.leadingZeroBitCount)
    let unit = max(64, power / 8)
    return (needed + unit - 1) / unit * unit
  }

  func take(_ size: Int) -> UnsafeMutableRawPointer {
    let reused = state.withLock { state -> UInt? in
      if let address = state.free[size]?.popLast() { return address }
      state.statistics.allocations += 1
      state.statistics.bytes += size
      return nil
    }
    if let reused, let pointer = UnsafeMutableRawPointer(bitPattern: reused) { return pointer }
    return .allocate(byteCount: size, alignment: 64)
  }

  func giveBack(_ pointer: UnsafeMutableRawPointer, _ size: Int) {
    let address = UInt(bitPattern: pointer)
    state.withLock { $0.free[size, default: []].append(address) }
  }

  /// Hands all waiting buffers back to the system: between phases whose shapes differ.
  public func drain() {
    let waiting = state.withLock { state -> [Int: [UInt]] in
      defer { state.free = [:] }
      for (size, addresses) in state.free { state.statistics.bytes -= size * addresses.count }
      return state.free
    }
    for address in waiting.values.joined() { UnsafeMutableRawPointer(bitPattern: address)?.deallocate() }
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
