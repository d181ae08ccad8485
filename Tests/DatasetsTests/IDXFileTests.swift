import Support
import Testing

@testable import Datasets

@Suite struct IDXFileTests {
  @Test func readsSizesAndElements() throws {
    let file = try IDXFile(idx([2, 1, 3], [1, 2, 3, 4, 5, 6]), path: "a", dimensions: 3)
    #expect(file.sizes == [2, 1, 3])
    #expect(Array(file.elements) == [1, 2, 3, 4, 5, 6])
  }

  @Test func noElement() throws {
    #expect(try IDXFile(idx([0], []), path: "a", dimensions: 1).elements.isEmpty)
  }

  @Test(arguments: [0, 3]) func tooShortForItsMagicNumber(length: Int) {
    #expect(
      inputError { try IDXFile([UInt8](repeating: 0, count: length), path: "a", dimensions: 1) }.found
        == "only \(length) bytes")
  }

  @Test func labelsGivenAsImages() {
    let error = inputError { try IDXFile(idx([2], [1, 2]), path: "a", dimensions: 3) }
    #expect(error.subject == "a")
    #expect(error.found == "the magic number 2049" && error.expected.contains("2051"))
  }

  @Test func headerCutOff() {
    let error = inputError { try IDXFile(Array(idx([2, 2, 2], []).prefix(9)), path: "a", dimensions: 3) }
    #expect(error.found.contains("header"))
  }

  @Test(arguments: [-1, 1]) func wrongNumberOfElements(difference: Int) {
    let elements = [UInt8](repeating: 0, count: 6 + difference)
    let error = inputError { try IDXFile(idx([2, 3], elements), path: "a", dimensions: 2) }
    #expect(error.found.contains("\(6 + difference) bytes") && error.expected == "6 bytes")
  }

  @Test func sizesThatOverflow() {
    let huge = Int(UInt32.max)
    #expect(
      inputError { try IDXFile(idx([huge, huge, huge], []), path: "a", dimensions: 3) }.found.contains("impossible"))
  }
}
