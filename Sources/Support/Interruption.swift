import Glibc
import Synchronization

/// Ctrl-C (SIGINT) and SIGTERM as a wish to stop, at which long work looks between two steps.
package enum Interruption {
  private static let received = Atomic<Int32>(0)

  /// From now on the first SIGINT or SIGTERM is only noted; the next one ends the process at once, as ever.
  package static func watch() {
    // Touches the value before a handler can: in there nothing may be initialised. The handler does nothing but an
    // atomic store and two `signal` calls, all of which POSIX allows.
    received.store(0, ordering: .relaxed)
    // Whoever started this process may have blocked them; Foundation's Process on a dispatch thread does.
    var both = sigset_t()
    sigemptyset(&both)
    for number in [SIGINT, SIGTERM] { sigaddset(&both, number) }
    pthread_sigmask(SIG_UNBLOCK, &both, nil)
    for number in [SIGINT, SIGTERM] {
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { number in
        Interruption.received.store(number, ordering: .relaxed)
        signal(SIGINT, SIG_DFL)
        signal(SIGTERM, SIG_DFL)
      }
      action.sa_flags = SA_RESTART  // a write in progress goes on
      sigaction(number, &action, nil)
    }
  }

  /// The signal that came since `watch`; nil while none has.
  package static var signalReceived: Int32? {
    let number = received.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }
}
