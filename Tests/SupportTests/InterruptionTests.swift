import Glibc
import Support
import Testing

@Suite struct InterruptionTests {
  /// That the second SIGINT ends the process is seen from outside: TrainStoppingTests.
  @Test func signalsAreNotedButForASecondInterrupt() {
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
      #expect(isHandled(SIGTERM) && isHandled(SIGINT) == (number == SIGTERM))
    }
    raise(SIGTERM)  // as from a scheduler that has sent SIGINT before
    #expect(Interruption.signalReceived == SIGTERM)
    for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
  }

  /// Whether a signal does something else than end the process.
  private func isHandled(_ number: Int32) -> Bool {
    var action = sigaction()
    return sigaction(number, nil, &action) == 0 && action.__sigaction_handler.sa_handler != nil
  }
}
