import Figures
import Foundation
import TestSupport
import Testing

@testable import PaperFigures

@Suite(.enabled(if: fontsAreHere, "DejaVu Sans is missing")) struct FigureFilesTests {
  @Test func writesAllFormatsAndAList() throws {
    let folder = try TemporaryFolder()
    let files = FigureFiles(folder: "\(folder.path)/figures", writesPDF: true)
    let archive = try syntheticArchive()
    try files.write(FigurePlan.convergence.draw(archive, Typeface.load()), named: "convergence")
    for ending in ["svg", "png", "pdf"] {
      #expect(FileManager.default.fileExists(atPath: "\(files.folder)/convergence.\(ending)"))
    }
    let overlays = [OverlayFigure(data: "fashion32", runs: folder.path)]
    #expect(FigureFiles.listings(archive, overlays: overlays, in: files.folder).map(\.name) == ["convergence"])
    try folder.write("", to: "figures/overlays-fashion32.png")
    let listings = FigureFiles.listings(archive, overlays: overlays, in: files.folder)
    #expect(listings.last?.name == "overlays-fashion32")
    try files.writeList(listings)
    let text = try String(contentsOfFile: "\(files.folder)/README.md", encoding: .utf8)
    #expect(text.contains("`rss figures --only convergence`") && text.contains("`fashion32/image-naive`"))
  }

  /// Where no figure could be drawn there is a list all the same.
  @Test func aListOfNoFigures() throws {
    let folder = try TemporaryFolder()
    try FigureFiles(folder: "\(folder.path)/new").writeList([])
    #expect(FileManager.default.fileExists(atPath: "\(folder.path)/new/README.md"))
  }

  @Test func aFolderThatCantBeMade() throws {
    let error = inputError {
      try FigureFiles(folder: "/dev/null/x").write(Drawing(width: 1, height: 1, title: "t"), named: "n")
    }
    #expect(error.advice.contains("--out"))
  }
}
