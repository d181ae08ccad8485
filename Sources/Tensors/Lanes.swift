import CThreads

/// Jobs side by side, each of which computes with one thread, as many at a time as there are threads: so what a job computes
/// doesn't depend on how many there are.
package enum Lanes {
  /// Whether our own loops, too, are run by the lanes' threads: while lanes compute a step, so that it has one pool.
  package static func runLoops(_ doesSo: Bool) { rss_threads_prefer_lanes(doesSo) }

  /// Runs jobs 0 to `count - 1`; returns when all have ended. Lower ones begin first.
  ///
  /// `body` is not `@Sendable`, because it works on buffers of tensors: it must touch only what belongs to its job.
  package static func run(_ count: Int, _ body: (_ job: Int) -> Void) {
    withoutActuallyEscaping(body) { escapable in
      var work = Work(body: escapable)
      withUnsafeMutablePointer(to: &work) { pointer in
        rss_lanes_run(
          rss_threads_count(), Int32(count),
          { context, job in context?.assumingMemoryBound(to: Work.self).pointee.body(Int(job)) }, pointer)
      }
    }
  }

  /// Called by every job: waits for all of them, leaving the thread to others, and the last to come runs `once` before any
  /// goes on.
  static func meet(_ once: () -> Void) {
    withoutActuallyEscaping(once) { escapable in
      var meeting = Meeting(once: escapable)
      withUnsafeMutablePointer(to: &meeting) { pointer in
        rss_lanes_meet({ $0?.assumingMemoryBound(to: Meeting.self).pointee.once() }, pointer)
      }
    }
  }

  private struct Work { let body: (Int) -> Void }
  private struct Meeting { let once: () -> Void }
}
