import Support
import Testing

@testable import Datasets

@Suite struct FileReadingTests {
  private func failure(_ path: String) -> String {
    inputError { try FileReading.bytes(of: path, expected: "a file", advice: "Look.") }.found
  }

  @Test func everyReasonIsNamed() {
    #expect(failure("/nowhere/at/all") == "no such file")
    #expect(failure("/") == "a folder, not a file")
    // It exists, but its first page can't be read.
    #expect(failure("/proc/self/mem").hasPrefix("a file that can't be read ("))
  }

  @Test func linesKeepTheirNumbers() throws {
    let folder = try TemporaryFolder()
    try folder.write("a \r\n\r\n\tb", to: "x.txt")
    #expect(try FileReading.lines(of: "\(folder.path)/x.txt", expected: "", advice: "") == ["a", "", "b"])
  }

  @Test func hiddenNamesAreLeftOut() throws {
    let folder = try TemporaryFolder()
    for name in ["b", "a", ".DS_Store"] { try folder.write("", to: name) }
    #expect(try FileReading.names(in: folder.path, expected: "", advice: "") == ["a", "b"])
  }
}
