import Glibc
import Support
import Testing

@Suite struct InterruptionTests {
  /// The second signal's end of the process is seen from outside: TrainCommandTests.
  @Test func theFirstSignalIsNotedAndTheNextIsNot() {
    var before = sigset_t()
    pthread_sigmask(SIG_BLOCK, nil, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    for number in [SIGTERM, SIGINT] {
      var blocked = sigset_t()
      sigemptyset(&blocked)
      sigaddset(&blocked, number)
      pthread_sigmask(SIG_BLOCK, &blocked, nil)  // as a parent may have left it
      Interruption.watch()
      #expect(Interruption.signalReceived == nil)
      raise(number)
      #expect(Interruption.signalReceived == number)
      // Both are as the system has them again: the next one would end the process.
      for number in [SIGINT, SIGTERM] {
        var action = sigaction()
        #expect(sigaction(number, nil, &action) == 0)
        #expect(action.__sigaction_handler.sa_handler == nil)
      }
    }
  }
}
