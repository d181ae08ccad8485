import Foundation
import Glibc
import Testing

@testable import Support

@Suite struct LineProgramTests {
  /// Far more than any answer here.
  private let longest = 1 << 24

  private func ask(_ command: String, _ question: String = "?", within limit: Duration = .seconds(20)) throws -> String
  {
    let program = try LineProgram(command: command)
    defer { program.end(grace: .milliseconds(20)) }
    return String(decoding: try program.answer(to: Data(question.utf8), within: limit, atMost: longest), as: UTF8.self)
  }

  /// What was found of a program that gives no answer.
  private func failure(_ command: String, within limit: Duration = .seconds(20)) -> String {
    let failure = #expect(throws: LineProgram.Failure.self) { try ask(command, within: limit) }
    return failure?.found ?? ""
  }

  @Test func answersLineByLine() throws {
    let program = try LineProgram(command: "while read -r line; do printf '<%s>\\n' \"$line\"; done")
    for question in ["a", "", "b c", #"{"x": "\n"}"#] {
      let answer = try program.answer(to: Data(question.utf8), within: .seconds(20), atMost: longest)
      #expect(String(decoding: answer, as: UTF8.self) == "<\(question)>")
    }
    program.end()
    program.end()
  }

  /// `cat` answers while it is still being asked: whoever only wrote and then read would wait for ever.
  @Test func questionsAndAnswersLargerThanAnyPipe() throws {
    let program = try LineProgram(command: "cat")
    for byte in [UInt8(ascii: "x"), UInt8(ascii: "y")] {
      let question = Data(repeating: byte, count: 12 << 20)
      #expect(try program.answer(to: question, within: .seconds(60), atMost: longest) == question)
    }
    program.end()
  }

  @Test func anAnswerInPieces() throws {
    #expect(try ask("read -r q; printf ab; sleep 0.05; printf 'cd\\n'; read -r q") == "abcd")
  }

  /// More on standard error than its pipe holds, before, between and after.
  @Test func standardErrorIsReadAllTheWhile() throws {
    let noise = "{ head -c 100000 /dev/zero | tr '\\0' '.'; echo; } >&2"
    #expect(try ask("\(noise); read -r q; \(noise); echo done; \(noise)") == "done")
  }

  @Test func silence() {
    let found = failure("cat >/dev/null", within: .milliseconds(150))
    #expect(found == "no answer within 0.15 s")
    #expect(failure("read -r q; printf half; sleep 9", within: .milliseconds(300)).contains("only `half`"))
  }

  @Test func aProgramThatDoesNotRead() throws {
    let program = try LineProgram(command: "sleep 30")
    let failure = #expect(throws: LineProgram.Failure.self) {
      try program.answer(to: Data(count: 1 << 20), within: .milliseconds(200), atMost: longest)
    }
    #expect(failure?.found.contains("it has read 65536 of the question's 1048577 bytes") == true, "\(failure as Any)")
    program.end(grace: .milliseconds(20))
  }

  @Test func earlyEnds() {
    #expect(failure("echo first >&2; echo second >&2; exit 3").hasPrefix("its end with exit status 3"))
    #expect(failure("echo first >&2; echo second >&2; exit 3").hasSuffix("`first | second`"))
    #expect(failure("read -r q; printf part; exit 0").contains("exit status 0 after `part`"))
    #expect(failure("kill -9 $$").contains("its end with signal 9"))
    #expect(failure("no-such-command-of-ours").contains("exit status 127; the end of its standard error"))
    #expect(failure("exec >&-; sleep 30").hasPrefix("its standard output closed though it still runs"))
  }

  @Test func tooManyLines() {
    #expect(failure("read -r q; printf 'one\\ntwo\\n'; read -r q") == "more than one line, the second of them `two`")
    #expect(failure("yes").hasPrefix("more than one line"))
  }

  @Test func aLineWithoutEnd() {
    #expect(failure("read -r q; yes | tr -d '\\n'").contains("without the end of a line, from `yyyy"))
  }

  /// The bound is the caller's: what one expects in thousands another expects in tens of millions.
  @Test func anAnswerIsBoundedByWhatTheCallerExpects() throws {
    let program = try LineProgram(command: "while read -r n; do head -c $n /dev/zero | tr '\\0' x; echo; done")
    defer { program.end(grace: .milliseconds(20)) }
    func answer(_ count: Int, atMost longest: Int) throws -> Int {
      try program.answer(to: Data("\(count)".utf8), within: .seconds(60), atMost: longest).count
    }
    #expect(try answer(20_000_000, atMost: 20_000_000) == 20_000_000)
    let failure = #expect(throws: LineProgram.Failure.self) { try answer(1_000_000, atMost: 1000) }
    #expect(failure?.found.contains("bytes without the end of a line") == true)
  }

  /// The shell listens to SIGTERM and what it started doesn't.
  @Test func aDeafChildDoesNotOutliveItsShell() throws {
    let program = try LineProgram(command: "(trap '' TERM; while true; do sleep 0.05; done) & read -r q; echo $$; wait")
    let answer = try program.answer(to: Data("?".utf8), within: .seconds(20), atMost: longest)
    let group = try #require(pid_t(String(decoding: answer, as: UTF8.self)))
    program.end(grace: .milliseconds(100))
    let deadline = ContinuousClock.now + .seconds(5)
    while kill(-group, 0) == 0, ContinuousClock.now < deadline { usleep(10000) }
    #expect(kill(-group, 0) == -1)
  }

  /// A program that is gone must not end this process by SIGPIPE, however much it is asked.
  @Test func askingAProgramThatIsGone() throws {
    let program = try LineProgram(command: "exec <&-; exit 1")
    for _ in 0..<3 {
      let failure = #expect(throws: LineProgram.Failure.self) {
        try program.answer(to: Data(count: 1 << 20), within: .seconds(20), atMost: longest)
      }
      #expect(failure?.found == "its end with exit status 1")
    }
    program.end()
  }

  /// SIGTERM, and SIGKILL for one that doesn't listen, reach everything the command started; no zombie stays.
  @Test(arguments: ["sleep 60; true", "trap '' TERM; sleep 60; sleep 60; true"])
  func aProgramThatOutlivesItsInputIsEnded(rest: String) throws {
    let program = try LineProgram(command: "read -r q; echo $$; \(rest)")
    let answer = try program.answer(to: Data("?".utf8), within: .seconds(20), atMost: longest)
    let process = try #require(pid_t(String(decoding: answer, as: UTF8.self)))
    #expect(kill(-process, 0) == 0)
    let clock = ContinuousClock()
    let time = clock.measure { program.end(grace: .milliseconds(100)) }
    #expect(time < .seconds(5))
    // Neither the shell (which would be a zombie) nor, once init has noticed, its child.
    #expect(kill(process, 0) == -1 && errno == ESRCH)
    let deadline = clock.now + .seconds(5)
    while kill(-process, 0) == 0, clock.now < deadline { usleep(10000) }
    #expect(kill(-process, 0) == -1)
  }

  @Test func aProgramMayFinishItsWork() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("line-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    let program = try LineProgram(command: "cat; head -c 200000 /dev/zero; echo bye > '\(file)'")
    _ = try program.answer(to: Data("?".utf8), within: .seconds(20), atMost: longest)
    program.end(grace: .seconds(20))
    #expect(FileManager.default.contents(atPath: file) == Data("bye\n".utf8))
  }

  @Test func excerpts() {
    #expect(LineProgram.excerpt(Data("a\nb".utf8)) == "ab")
    #expect(LineProgram.excerpt(Data("abcdef".utf8), most: 3) == "abc…")
  }
}
