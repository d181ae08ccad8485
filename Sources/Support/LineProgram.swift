import Foundation
import Glibc

/// Another program that is asked and answers in lines over its standard streams.
///
/// It is started by `/bin/sh -c` and leads a process group of its own. What it writes to standard error goes on to
/// ours, and the last lines of it are kept for error messages.
///
/// Writing and reading take turns as the pipes allow (`poll`), so neither side can wait for ever for the other to make
/// room: a question may be larger than a pipe, and the program may write while it is still being asked.
///
/// `end` waits for its end, so no zombie is left, and terminates a program that outlives its input.
package final class LineProgram {
  /// Why a program couldn't be started or gave no answer, in words that can follow "found".
  package struct Failure: Error, Equatable {
    package let found: String
  }

  /// Lines of standard error that a failure quotes.
  static let quotedLines = 5
  /// How long a program that closed its output may take to end, before the failure says that it still runs.
  private static let endingTime = Duration.seconds(1)

  private let process: pid_t
  /// Our ends of its standard streams; -1 once closed.
  private var input: Int32
  private var output: Int32
  private var errors: Int32
  /// Read and not yet handed out.
  private var received = Data()
  /// Where the first line in it ends.
  private var newline: Data.Index?
  /// The end of what it wrote to standard error.
  private var complaints = Data()
  /// What `waitpid` said, once it has ended.
  private var status: Int32?
  /// Whether `end` has been called: later its group's number may be another one's.
  private var isEnded = false

  /// - Throws: `Failure` where the system has no process or pipe left. That a command doesn't exist is found out when
  ///   it is asked, since it is the shell that looks for it.
  package init(command: String) throws {
    let started = try StartedProgram(command: command)
    process = started.process
    (input, output, errors) = (started.input, started.output, started.errors)
    // Our ends only: the program's own don't notice.
    for end in [input, output, errors] { _ = fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK) }
  }

  deinit { end() }

  /// Sends one line and waits for one line.
  ///
  /// - Parameters:
  ///   - question: without a newline, which is appended.
  ///   - limit: from the first byte sent to the last byte answered.
  ///   - longest: bytes that the answer may have; more without the end of a line are taken for garbage.
  /// - Returns: the answer without its newline.
  /// - Throws: `Failure`: no answer in time, the program's end, more than one line, a line that doesn't end.
  package func answer(to question: Data, within limit: Duration, atMost longest: Int) throws -> Data {
    let deadline = ContinuousClock.now + limit
    let line = question + [UInt8(ascii: "\n")]
    var sent = 0
    while true {
      if sent == line.count, let newline {
        guard newline == received.endIndex - 1 else {
          let rest = Data(received[(newline + 1)...])
          throw Failure(found: "more than one line, the second of them `\(Self.excerpt(rest))`")
        }
        let answer = received.dropLast()
        (received, self.newline) = (Data(), nil)
        return answer
      }
      guard received.count <= longest + 1 else {
        throw Failure(found: "\(received.count) bytes without the end of a line, from `\(Self.excerpt(received))` on")
      }
      guard output >= 0 else { throw ended() }
      let left = deadline - .now
      guard left > .zero else { throw late(limit, sent: sent, of: line.count) }
      let ready = waitForStreams(writing: sent < line.count, atMost: left)
      if ready.writing { sent = send(line, from: sent) }
      if ready.reading, !receive() { throw ended() }
    }
  }

  /// Closes its input, gives it `grace` to end by itself, and then terminates its process group: SIGTERM, and SIGKILL
  /// after as long again. The group, not the shell alone, must be gone: what the shell started may not listen where the
  /// shell does. What they still write to standard output is dropped. Does nothing the second time.
  package func end(grace: Duration = .seconds(2)) {
    guard !isEnded else { return }
    isEnded = true
    close(&input)
    if !hasEnded(within: grace) || isGroupAlive {
      kill(-process, SIGTERM)
      if !hasEnded(within: grace) || !isGroupGone(within: grace) {
        kill(-process, SIGKILL)
        while status == nil { _ = hasEnded(within: grace) }
      }
    }
    for end in [\LineProgram.output, \.errors] { close(&self[keyPath: end]) }
  }

  /// The first characters of what was received, fit for a message.
  package static func excerpt(_ bytes: Data, most: Int = 100) -> String {
    String(decoding: bytes.prefix(most), as: UTF8.self).filter { !$0.isNewline } + (bytes.count > most ? "…" : "")
  }
}

extension LineProgram {
  /// Waits until a stream can be used, and passes standard error on meanwhile.
  private func waitForStreams(writing: Bool, atMost limit: Duration) -> (reading: Bool, writing: Bool) {
    var streams = [
      pollfd(fd: output, events: Int16(POLLIN), revents: 0), pollfd(fd: errors, events: Int16(POLLIN), revents: 0),
      pollfd(fd: writing ? input : -1, events: Int16(POLLOUT), revents: 0),
    ]
    let milliseconds = (limit / .milliseconds(1)).rounded(.up)
    guard poll(&streams, nfds_t(streams.count), Int32(min(milliseconds, 1e9))) > 0 else { return (false, false) }
    if streams[1].revents != 0 { passErrorsOn() }
    return (streams[0].revents != 0, streams[2].revents != 0)
  }

  /// Writes what the pipe takes; returns how much has been sent in all. A program that reads no more is told nothing
  /// more: its answer, its end or the time limit decides.
  private func send(_ line: Data, from offset: Int) -> Int {
    let written = line.withUnsafeBytes { bytes in
      writeWithoutSignal(input, UnsafeRawBufferPointer(rebasing: bytes[offset...]))
    }
    if written >= 0 { return offset + written }
    return errno == EAGAIN || errno == EINTR ? offset : line.count
  }

  /// Takes what there is; false at the end of the program's output.
  private func receive() -> Bool {
    guard let bytes = readAvailable(output) else { return true }
    if newline == nil {
      newline = bytes.firstIndex(of: UInt8(ascii: "\n")).map { received.endIndex + $0 - bytes.startIndex }
    }
    received += bytes
    return !bytes.isEmpty
  }

  private func passErrorsOn() {
    guard errors >= 0, let bytes = readAvailable(errors) else { return }
    guard !bytes.isEmpty else { return close(&errors) }
    bytes.withUnsafeBytes { _ = writeWithoutSignal(STDERR_FILENO, $0) }
    complaints = (complaints + bytes).suffix(8192)  // far more than the lines a message quotes
  }

  /// Whether the program ends within `limit`; its streams are read meanwhile, so that a full pipe can't keep it.
  private func hasEnded(within limit: Duration) -> Bool {
    let deadline = ContinuousClock.now + limit
    while status == nil {
      var code: Int32 = 0
      let found = waitpid(process, &code, WNOHANG)
      // Where something else in this process has waited for it, there is no status to be had.
      if found == process || (found < 0 && errno == ECHILD) { status = code }
      if output >= 0, let bytes = readAvailable(output), bytes.isEmpty { close(&output) }
      passErrorsOn()
      guard status == nil else { break }
      guard ContinuousClock.now < deadline else { return false }
      usleep(2000)
    }
    return true
  }

  /// Whether something that the program started still runs. Its number stays the group's until the last one is gone.
  private var isGroupAlive: Bool { kill(-process, 0) == 0 }

  private func isGroupGone(within limit: Duration) -> Bool {
    let deadline = ContinuousClock.now + limit
    while isGroupAlive {
      guard ContinuousClock.now < deadline else { return false }
      usleep(2000)
    }
    return true
  }

  private func late(_ limit: Duration, sent: Int, of count: Int) -> Failure {
    let seconds = String(format: "%g", limit / .seconds(1))
    let unread = sent < count ? " (it has read \(sent) of the question's \(count) bytes)" : ""
    let begun = received.isEmpty ? "" : ", only `\(Self.excerpt(received))` without the end of the line"
    return Failure(found: "no answer within \(seconds) s\(unread)\(begun)\(quotedErrors)")
  }

  private func ended() -> Failure {
    let begun = received.isEmpty ? "" : " after `\(Self.excerpt(received))` without the end of the line"
    guard hasEnded(within: Self.endingTime), let status else {
      return Failure(found: "its standard output closed though it still runs\(begun)\(quotedErrors)")
    }
    // As the macros of <sys/wait.h>, which Swift can't import, take it apart.
    let signal = status & 0x7F
    let how =
      signal == 0
      ? "exit status \(status >> 8 & 0xFF)" : "signal \(signal) (\(String(cString: strsignal(signal))))"
    return Failure(found: "its end with \(how)\(begun)\(quotedErrors)")
  }

  /// `; its last words: …`, or nothing.
  private var quotedErrors: String {
    let lines = complaints.split(separator: UInt8(ascii: "\n")).suffix(Self.quotedLines)
      .map { Self.excerpt(Data($0), most: 300) }
    return lines.isEmpty ? "" : "; the end of its standard error: `\(lines.joined(separator: " | "))`"
  }
}

private func close(_ descriptor: inout Int32) {
  if descriptor >= 0 { _ = Glibc.close(descriptor) }
  descriptor = -1
}

/// What a stream that doesn't block has; empty at its end, nil where there is nothing now.
private func readAvailable(_ descriptor: Int32) -> Data? {
  var buffer = [UInt8](repeating: 0, count: 1 << 16)  // a pipe's usual size
  let count = read(descriptor, &buffer, buffer.count)
  if count < 0 { return errno == EAGAIN || errno == EINTR ? nil : Data() }
  return Data(buffer.prefix(count))
}

/// `write` that fails with EPIPE where nobody reads any more, instead of ending this process by SIGPIPE.
///
/// The signal is held back from this thread and taken away; how the process treats it elsewhere stays as it was.
private func writeWithoutSignal(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  var pipeSignal = sigset_t()
  var before = sigset_t()
  sigemptyset(&pipeSignal)
  sigaddset(&pipeSignal, SIGPIPE)
  pthread_sigmask(SIG_BLOCK, &pipeSignal, &before)
  let written = write(descriptor, bytes.baseAddress, bytes.count)
  let code = errno
  if written < 0, code == EPIPE {
    var none = timespec()
    sigtimedwait(&pipeSignal, nil, &none)
  }
  pthread_sigmask(SIG_SETMASK, &before, nil)
  errno = code
  return written
}
