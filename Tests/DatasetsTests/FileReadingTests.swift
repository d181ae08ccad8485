import Testing

@testable import Datasets

@Suite struct FileReadingTests {
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
