import Synchronization

/// Decoded samples, up to a number of bytes.
///
/// What is in stays in: once full, it takes nothing more. Training reads a split in a new random order each epoch, and
/// then a share f of the split in the cache gives a share f of hits, the best any policy reaches; forgetting the least
/// recently used would give fewer.
///
/// Any thread may use it. Two threads that miss the same sample both decode it, and one result is kept.
final class SampleCache: Sendable {
  private struct State: ~Copyable {
    var samples: [String: Sample] = [:]
    var bytes = 0
  }

  private let limit: Int
  private let state = Mutex(State())

  init(limit: Int) {
    self.limit = limit
  }

  /// The sample kept under the key, or the one that `decode` makes.
  func sample(_ key: String, decode: () throws -> Sample) throws -> Sample {
    if let known = state.withLock({ $0.samples[key] }) { return known }
    let sample = try decode()
    let size = sample.image.values.count * MemoryLayout<Float>.stride + sample.labels.classes.count
    state.withLock { state in
      guard state.samples[key] == nil, state.bytes + size <= limit else { return }
      state.samples[key] = sample
      state.bytes += size
    }
    return sample
  }

  /// Bytes of pixels and labels kept now.
  var bytes: Int { state.withLock { $0.bytes } }
}
