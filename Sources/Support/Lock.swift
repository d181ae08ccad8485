import Glibc

/// Lets one thread in at a time, for what the compiler can't see to: memory that C reads, and values of a class that several
/// threads work on. Where a value that is guarded is `Sendable`, `Synchronization.Mutex` guards it.
package final class Lock: @unchecked Sendable {
  // Its address must not change, so it is no property.
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>

  package init() {
    mutex = .allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  package func callAsFunction<Result>(_ body: () throws -> Result) rethrows -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body()
  }

  /// Does nothing where another thread is in there.
  package func ifFree(_ body: () -> Void) {
    guard pthread_mutex_trylock(mutex) == 0 else { return }
    defer { pthread_mutex_unlock(mutex) }
    body()
  }
}
