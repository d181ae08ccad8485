import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: RSSProcess.isBuilt, RSSProcess.reason))
struct FiguresCommandTests {
  @Test func impossibleOptions() throws {
    try RSSProcess.expectRefusal(["figures", "--only", "convergense"], saying: ["no such figure", "convergence"])
    try RSSProcess.expectRefusal(["figures", "--records", "/nonexistent"], saying: ["/nonexistent", "paper/records"])
    try RSSProcess.expectRefusal(["report", "--records", "/nonexistent"], saying: ["/nonexistent"])
    // A folder without a run writes nothing over what is there.
    let folder = try TemporaryFolder()
    try folder.makeFolder("records")
    try folder.write("as it was", to: "claims.md")
    let records = ["--records", "\(folder.path)/records"]
    try RSSProcess.expectRefusal(
      ["tables", "--tables", "\(folder.path)/tables"] + records, saying: ["no run of a row", "--records"])
    try RSSProcess.expectRefusal(["figures", "--out", "\(folder.path)/figures"] + records, saying: ["no run of a row"])
    #expect(try String(contentsOfFile: "\(folder.path)/claims.md", encoding: .utf8) == "as it was")
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/tables"))
    try RSSProcess.expectRefusal(["watch", "/nonexistent"], saying: ["/nonexistent", "metrics.jsonl"])
    try RSSProcess.expectRefusal(["export", "tensorboard", "/nonexistent"], saying: ["/nonexistent"])
  }

  /// All figures of the committed records, within the time that a reader waits.
  @Test(.enabled(if: fontsAreHere, "DejaVu Sans is missing")) func theCommittedRecords() throws {
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
    let folder = try TemporaryFolder()
    let start = ContinuousClock.now
    let run = try RSSProcess([
      "figures", "--records", "\(package)/paper/records", "--runs", folder.path, "--out", "\(folder.path)/figures",
    ])
    #expect(run.status == 0 && ContinuousClock.now - start < .seconds(10), "\(run.errors)")
    #expect(run.errors.contains("rss train fashion32/image --seed 1"), "it says what overlays need")
    #expect(FileManager.default.fileExists(atPath: "\(folder.path)/figures/README.md"))
    // From one seed alone, every picture of more stays, and so does the list; --overwrite draws them.
    let few = "\(folder.path)/few"
    try folder.makeFolder("few")
    let records = "\(package)/paper/records"
    for name in try FileManager.default.contentsOfDirectory(atPath: records) where name.hasSuffix("-1") {
      try FileManager.default.createSymbolicLink(
        atPath: "\(few)/\(name)", withDestinationPath: "\(records)/\(name)")
    }
    func bytes() -> [Data?] {
      ["convergence.svg", "README.md", "records.json"].map {
        FileManager.default.contents(atPath: "\(folder.path)/figures/\($0)")
      }
    }
    let before = bytes()
    let poorer = ["figures", "--records", few, "--runs", folder.path, "--out", "\(folder.path)/figures"]
    let kept = try RSSProcess(poorer)
    #expect(
      kept.status == 0 && kept.errors.contains("convergence stays as it is, drawn from more runs"), "\(kept.errors)")
    #expect(bytes() == before)
    #expect(try RSSProcess(poorer + ["--overwrite"]).status == 0)
    let drawn = bytes()
    #expect(drawn[0] != before[0] && drawn[2] != before[2])
    let report = try RSSProcess([
      "report", "--records", "\(package)/paper/records", "--figures", "\(folder.path)/figures", "--out",
      "\(folder.path)/report.html",
    ])
    #expect(report.status == 0, "\(report.errors)")
  }
}
