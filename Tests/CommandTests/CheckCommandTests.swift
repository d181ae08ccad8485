import Datasets
import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: RSSProcess.isBuilt, RSSProcess.reason))
struct CheckCommandTests {
  @Test func withoutFashionMNIST() throws {
    try RSSProcess.expectRefusal(
      ["check", "determinism"], environment: ["RSS_FASHION_MNIST": "/nonexistent"],
      saying: ["/nonexistent", "dataset-fashion-mnist"])
  }

  private static let hasGarments = FileManager.default.fileExists(
    atPath: "\(FashionScenes.defaultDirectory)/train-images-idx3-ubyte.gz")

  @Test(.enabled(if: hasGarments, "needs Debian's dataset-fashion-mnist or RSS_FASHION_MNIST"))
  func jsonHasTheRowsAskedFor() throws {
    let rows = ["fashion32/ce", "fashion32/regression-exploration"]
    let run = try RSSProcess(["check", "determinism", "--json"] + rows.flatMap { ["--row", $0] })
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    let object = try run.object()
    #expect((object["failures"] as? [String])?.isEmpty == true && object["steps"] as? Int == 24)
    let findings = try #require(object["findings"] as? [[String: Any]])
    #expect(findings.map { $0["row"] as? String } == rows)
    #expect(findings.allSatisfy { $0["repeated"] as? Bool == true && $0["resumed"] as? Bool == true })
  }

  @Test func anUnknownRow() throws {
    try RSSProcess.expectRefusal(["check", "determinism", "--row", "fashion32/imag"], saying: ["fashion32/image"])
  }

  /// What can't be compared is said before anything is trained.
  @Test func baselinesThatDoNotFitAreRefusedAtOnce() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/baselines.json"
    for (text, words) in [
      ("[]", "no baseline of fashion32/ce"), ("{", "isn't a list of baselines"),
      (#"[{"row": "fashion32/ce", "curves": [[{"step": 7, "mIoU": 0.5, "logGradientNorm": 0}]]}]"#, "at steps [7]"),
    ] {
      try folder.write(text, to: "baselines.json")
      // Without garments nothing can be trained, and the complaint would be about them.
      try RSSProcess.expectRefusal(
        ["check", "convergence", "--baselines", path], environment: ["RSS_FASHION_MNIST": "/nonexistent"],
        saying: [path, words, "--update"])
    }
  }
}
