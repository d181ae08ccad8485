import Foundation
import Glibc
import Testing

@testable import Support

@Suite struct StartedProgramTests {
  /// What the command writes to standard output, and its exit status.
  private func run(_ command: String) throws -> (output: String, status: Int32) {
    let program = try StartedProgram(command: command)
    close(program.input)
    let output = FileHandle(fileDescriptor: program.output, closeOnDealloc: true).readDataToEndOfFile()
    close(program.errors)
    var status: Int32 = 0
    #expect(waitpid(program.process, &status, 0) == program.process)
    return (String(decoding: output, as: UTF8.self), status >> 8)
  }

  @Test func theShellRunsIt() throws {
    let result = try run("printf '%s' \"$HOME\"; exit 7")
    #expect(result.output == ProcessInfo.processInfo.environment["HOME"] ?? "" && result.status == 7)
  }

  /// Field 5 of /proc/PID/stat is the process group.
  @Test func itLeadsAGroupOfItsOwn() throws {
    let fields = try run("cut -d' ' -f1,5 /proc/$$/stat").output.split(whereSeparator: \.isWhitespace)
    #expect(fields.count == 2 && fields.first == fields.last)
  }

  /// Else a program would never see the end of its input: another one would hold the pipe open.
  @Test func noPipeOfOursIsOpenInIt() throws {
    let before = try run("ls /proc/$$/fd").output
    let other = try StartedProgram(command: "cat")
    #expect(try run("ls /proc/$$/fd").output == before)
    for end in [other.input, other.output, other.errors] { close(end) }
    #expect(waitpid(other.process, nil, 0) == other.process)
  }

  /// Bit 12 is SIGPIPE. A program that inherited our masks could never be ended by a closed pipe.
  @Test func signalsAreAsAProgramExpectsThem() throws {
    let before = signal(SIGPIPE, SIG_IGN)
    defer { signal(SIGPIPE, before) }
    let lines = try run("grep -E 'SigBlk|SigIgn' /proc/self/status").output.split(separator: "\n")
    #expect(lines.count == 2)
    for line in lines {
      let mask = UInt64(line.split(separator: "\t").last ?? "", radix: 16)
      #expect(mask.map { $0 & 1 << 12 } == 0, "\(line)")
    }
  }
}
