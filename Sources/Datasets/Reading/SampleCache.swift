import Images
import Synchronization

/// Decoded samples, or images alone, up to a number of bytes.
///
/// What is in stays in: once full, it takes nothing more. Training reads a split in a new random order each epoch, and
/// then a share f of the split in the cache gives a share f of hits, the best any policy reaches; forgetting the least
/// recently used would give fewer.
///
/// Any thread may use it. Two threads that miss the same sample both decode it, and one result is kept.
final class SampleCache<Value: Cacheable>: Sendable {
  private struct State: ~Copyable {
    var values: [String: Value] = [:]
    var bytes = 0
  }

  private let limit: Int
  private let state = Mutex(State())

  init(limit: Int) {
    self.limit = limit
  }

  /// What is kept under the key, or what `decode` makes.
  func value(_ key: String, decode: () throws -> Value) throws -> Value {
    if let known = state.withLock({ $0.values[key] }) { return known }
    let value = try decode()
    let size = value.cachedBytes
    state.withLock { state in
      guard state.values[key] == nil, state.bytes + size <= limit else { return }
      state.values[key] = value
      state.bytes += size
    }
    return value
  }

  /// Bytes of pixels and labels kept now.
  var bytes: Int { state.withLock { $0.bytes } }
}

/// What a `SampleCache` can hold.
protocol Cacheable: Sendable {
  var cachedBytes: Int { get }
}

extension Image: Cacheable {
  var cachedBytes: Int { values.count * MemoryLayout<Float>.stride }
}

extension Sample: Cacheable {
  var cachedBytes: Int { image.cachedBytes + labels.classes.count }
}
