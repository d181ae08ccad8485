import CSystem
import Glibc

/// A program just started by the shell, and our ends of the pipes that are its standard streams.
struct StartedProgram {
  let process: pid_t
  /// To write to, and two to read from.
  let input: Int32
  let output: Int32
  let errors: Int32

  /// Runs `/bin/sh -c command` in a new process group, so that all it starts can be ended with it, and with SIGPIPE as
  /// a program expects it. No other file of ours is open in it.
  ///
  /// - Throws: `LineProgram.Failure` with the system's reason.
  init(command: String) throws {
    var ends: [Int32] = []
    func failure(_ what: String, _ code: Int32) -> LineProgram.Failure {
      for end in ends { close(end) }
      return LineProgram.Failure(found: "no \(what) to be had from the system (\(String(cString: strerror(code))))")
    }
    for _ in 0..<3 {
      var pair: [Int32] = [-1, -1]
      // At once closed to programs that another thread starts meanwhile: with a second call it could inherit them.
      guard rss_pipe(&pair) == 0 else { throw failure("pipe", errno) }
      ends += pair
    }
    let theirs = [ends[0], ends[3], ends[5]]
    let (code, process) = Self.spawn(command, streams: theirs)
    guard code == 0 else { throw failure("process", code) }
    for end in theirs { close(end) }
    self.process = process
    (input, output, errors) = (ends[1], ends[2], ends[4])
  }

  private static func spawn(_ command: String, streams: [Int32]) -> (code: Int32, process: pid_t) {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    for (number, stream) in streams.enumerated() { posix_spawn_file_actions_adddup2(&actions, stream, Int32(number)) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigaddset(&signals, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
    var arguments = ["/bin/sh", "-c", command].map { text in text.withCString { strdup($0) } } + [nil]
    defer { for argument in arguments { free(argument) } }
    var process: pid_t = 0
    let code = posix_spawn(&process, "/bin/sh", &actions, &attributes, &arguments, environ)
    return (code, process)
  }
}
