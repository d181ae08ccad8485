import Glibc
import Synchronization

/// Ctrl-C (SIGINT), SIGTERM and SIGUSR1 as a wish to stop, at which long work looks between two steps. SIGUSR1 is what `mpirun`
/// passes on to all ranks, wherever they are, without ending them.
package enum Interruption {
  private static let received = Atomic<Int32>(0)

  /// From now on they are only noted, but for a second SIGINT, which ends the process at once, as ever.
  ///
  /// A second SIGTERM says nothing new: a scheduler sends it to every process of a job, and `rss reproduce --jobs` or
  /// `mpirun` passes it on to processes that have it already. Who sends it and can't wait has SIGKILL.
  package static func watch() {
    // Touches the value before a handler can: in there nothing may be initialised. The handlers do nothing but an
    // atomic store and a `signal` call, both of which POSIX allows.
    received.store(0, ordering: .relaxed)
    // Whoever started this process may have blocked them; Foundation's Process on a dispatch thread does.
    var all = sigset_t()
    sigemptyset(&all)
    for number in [SIGINT, SIGTERM, SIGUSR1] { sigaddset(&all, number) }
    pthread_sigmask(SIG_UNBLOCK, &all, nil)
    handle(SIGINT) { number in
      Interruption.received.store(number, ordering: .relaxed)
      signal(SIGINT, SIG_DFL)
    }
    for other in [SIGTERM, SIGUSR1] {
      handle(other) { number in Interruption.received.store(number, ordering: .relaxed) }
    }
  }

  private static func handle(_ number: Int32, by handler: @escaping @convention(c) (Int32) -> Void) {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = handler
    action.sa_flags = SA_RESTART  // a write in progress goes on
    sigaction(number, &action, nil)
  }

  /// The last signal that came since `watch`; nil while none has.
  package static var signalReceived: Int32? {
    let number = received.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }
}
