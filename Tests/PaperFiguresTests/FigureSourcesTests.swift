import Foundation
import TestSupport
import Testing

@testable import PaperFigures

@Suite struct FigureSourcesTests {
  @Test func fewerRunsAreALoss() throws {
    let folder = try TemporaryFolder()
    var sources = try FigureSources(of: folder.path)
    #expect(sources.losses(of: "maps", from: [:]).isEmpty, "nothing is known of it")
    sources.set("maps", to: ["a/ce": 5, "a/image": 3])
    try sources.write(to: folder.path)
    let read = try FigureSources(of: folder.path)
    #expect(read == sources)
    #expect(
      read.losses(of: "maps", from: ["a/ce": 3, "b/ce": 9]) == [
        "a/ce: 3 runs instead of 5", "a/image: 0 runs instead of 3",
      ])
    #expect(read.losses(of: "maps", from: ["a/ce": 5, "a/image": 4]).isEmpty)
    #expect(read.losses(of: "ablation", from: [:]).isEmpty)
  }

  @Test func aDamagedFile() throws {
    let folder = try TemporaryFolder()
    try folder.write("[", to: "records.json")
    #expect(inputError { try FigureSources(of: folder.path) }.subject.hasSuffix("records.json"))
  }
}
