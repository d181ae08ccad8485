import CThreads

/// The one thread pool: GNU OpenMP's, which oneDNN runs on as well.
public enum Threads {
  /// How many threads every parallel loop, oneDNN and OpenBLAS use. At least 1.
  public static var count: Int { Int(rss_threads_count()) }

  /// Sets the number of threads for everything that follows. Part of a run's identity: the order of a library's
  /// reductions may depend on it.
  public static func use(_ count: Int) { rss_threads_set(Int32(clamping: count)) }

  /// To be called before a library that asks OpenMP by itself: OpenMP knows the number only for each calling thread.
  static func tellCaller() { rss_threads_tell() }
}

/// Splits `0..<count` into one contiguous range per thread, by index alone, and runs `body` on each.
///
/// The ranges don't depend on timing, so whatever is computed per index is the same for every run. Work below
/// `minimumPerThread` indices a thread stays on fewer threads: waking one costs some microseconds.
///
/// `body` is not `@Sendable`, because it works on buffers of tensors: it must touch only what belongs to its range.
package func parallelRanges(_ count: Int, minimumPerThread: Int = 1, _ body: (Range<Int>) -> Void) {
  guard count > 0 else { return }
  let threads = max(1, min(Threads.count, count / max(1, minimumPerThread)))
  guard threads > 1 else { return body(0..<count) }
  withoutActuallyEscaping(body) { escapable in
    var region = Region(count: count, body: escapable)
    withUnsafeMutablePointer(to: &region) { pointer in
      rss_threads_run(
        Int32(threads),
        { context, thread, threads in
          guard let region = context?.assumingMemoryBound(to: Region.self) else { return }
          let count = region.pointee.count
          let lower = count * Int(thread) / Int(threads)
          let upper = count * (Int(thread) + 1) / Int(threads)
          if lower < upper { region.pointee.body(lower..<upper) }
        }, pointer)
    }
  }
}

private struct Region {
  let count: Int
  let body: (Range<Int>) -> Void
}
