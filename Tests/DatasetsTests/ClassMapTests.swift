import Images
import Support
import Testing

@testable import Datasets

@Suite struct ClassMapTests {
  @Test func keepsInTheGivenOrder() throws {
    let table = try ClassMap(name: "m", kept: ["c", "a"]).table(for: ["a", "b", "c"], path: "p")
    #expect(table.prefix(3) == [1, LabelMap.void, 0])
    #expect(table.count == 256 && table[3...].allSatisfy { $0 == LabelMap.void })
  }

  @Test func voc7() throws {
    let map = try ClassMap.named("voc7")
    #expect(map.kept == ["background", "cat", "cow", "dog", "horse", "sheep", "person"])
  }

  @Test func unknownMap() {
    #expect(inputError { try ClassMap.named("voc8") }.advice == "Did you mean voc7?")
  }

  @Test func unknownClassNamesTheNearest() {
    let error = inputError {
      try ClassMap(name: "m", kept: ["hrose"]).table(for: ["cow", "horse"], path: "classes.txt")
    }
    #expect(error.subject == "classes.txt" && error.found == "no class `hrose`")
    #expect(error.advice == "Did you mean horse?")
  }

  @Test func aClassKeptTwice() {
    #expect(inputError { try ClassMap(name: "m", kept: ["a", "a"]).table(for: ["a"], path: "p") }.found == "`a` twice")
  }

  @Test func nothingKept() {
    #expect(inputError { try ClassMap(name: "m", kept: []).table(for: ["a"], path: "p") }.found == "no class")
  }
}
