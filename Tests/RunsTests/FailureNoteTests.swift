import Foundation
import TestSupport
import Testing

@testable import Runs

@Suite struct FailureNoteTests {
  @Test func itIsOneInertLineInAFolderThatItMakes() throws {
    let folder = try TemporaryFolder()
    let run = "\(folder.path)/runs/a"
    #expect(FailureNote.cause(in: run) == nil)
    try FailureNote.write("it diverged\nafter\u{1B}[2J step 3", in: run)
    #expect(FailureNote.cause(in: run) == "it diverged\\u{A}after\\u{1B}[2J step 3")
    try FailureNote.remove(from: run)
    #expect(FailureNote.cause(in: run) == nil)
    try folder.write("", to: "failure.txt")
    #expect(FailureNote.cause(in: folder.path) == "no cause was noted")
  }

  /// Whoever does the run: the note is of the attempt before.
  @Test func theNextAttemptRemovesIt() throws {
    let data = try rectangleFolder()
    let folder = try TemporaryFolder()
    try FailureNote.write("its process was killed", in: "\(folder.path)/a")
    _ = try Runner(tinyRow(data.path), seed: 1, folder: "\(folder.path)/a").run()
    _ = try runFiles("\(folder.path)/a")
  }
}
