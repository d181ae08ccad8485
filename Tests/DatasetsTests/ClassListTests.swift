import Support
import Testing

@testable import Datasets

@Suite struct ClassListTests {
  private func read(_ text: String) throws -> [String] {
    let folder = try TemporaryFolder()
    try folder.write(text, to: "classes.txt")
    return try ClassList.read("\(folder.path)/classes.txt")
  }

  @Test func idsInAnyOrderAndVoidSkipped() throws {
    #expect(try read("\u{FEFF}1 traffic light\r\n0\tsky\r\n\r\n255 void") == ["sky", "traffic light"])
  }

  @Test func onlyVoid() { #expect(inputError { try read("255 void\n") }.found == "no class") }

  @Test func empty() { #expect(inputError { try read("") }.found == "no class") }

  @Test(arguments: [
    ("0 sky\nroad\n", "line 2", "`road`"), ("0\n", "line 1", "`0`"), ("x sky\n", "line 1", "`x sky`"),
    ("0 sky\n0 road\n", "line 2", "the id 0 for the second time"),
    ("0 sky\n1 sky\n", "line 2", "the name sky for the second time"),
    ("-1 sky\n", "line 1", "the id -1, which isn't in 0...254"),
    ("256 sky\n", "line 1", "the id 256, which isn't in 0...254"),
  ]) func faultyLines(text: String, line: String, found: String) {
    let error = inputError { try read(text) }
    #expect(error.subject.hasSuffix(line) && error.found == found)
  }

  @Test func gaps() {
    let error = inputError { try read("0 sky\n2 car\n") }
    #expect(error.found == "2 classes but none with the id 1" && error.expected == "the ids 0...1")
  }

  @Test func notText() throws {
    let folder = try TemporaryFolder()
    try folder.write([0xff, 0xfe, 0x00], to: "classes.txt")
    #expect(inputError { try ClassList.read("\(folder.path)/classes.txt") }.found.contains("UTF-8"))
  }
}
