import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: RSSProcess.isBuilt, RSSProcess.reason))
struct BenchCommandTests {
  private static let small = [
    "--width", "1", "--classes", "3", "--size", "16", "--batch", "2", "--maps", "2", "--steps", "1",
  ]

  @Test func stepAsJSON() throws {
    let object = try RSSProcess(["bench", "step", "--json"] + Self.small).object()
    for key in ["crossEntropyMilliseconds", "imageRewardMilliseconds", "stepGFLOP", "sgemmGFLOPS"] {
      #expect(try #require(object[key] as? Double) > 0)
    }
    #expect(object["threads"] as? Int == 1)
  }

  /// One step alone, of any network, under the name of what it learns from.
  @Test(arguments: ["crossEntropy", "pixelReward", "imageReward"]) func oneObjective(name: String) throws {
    let run = try RSSProcess(
      ["bench", "step", "--json", "--objective", name, "--encoder", "resnet18", "--classes", "3", "--size", "32"]
        + ["--batch", "2", "--maps", "2", "--steps", "1"])
    let object = try run.object()
    #expect(object.keys.filter { $0.hasSuffix("Milliseconds") } == ["\(name)Milliseconds"], "\(run.errors)")
    try RSSProcess.expectRefusal(
      ["bench", "step", "--objective", "reward"], saying: ["--objective", "pixelReward", "imageReward"])
  }

  @Test func crfAsJSON() throws {
    let object = try RSSProcess(
      ["bench", "crf", "--json", "--width", "9", "--height", "7", "--classes", "3", "--rounds", "1"]
    ).object()
    #expect(try #require(object["crfMilliseconds"] as? Double) > 0)
    #expect(object["iterations"] as? Int == 10)
    try RSSProcess.expectRefusal(["bench", "crf", "--rounds", "0"], saying: ["--rounds"])
  }

  @Test func impossibleSteps() throws {
    try RSSProcess.expectRefusal(["bench", "step", "--steps", "0", "--json"], saying: ["--steps"])
    try RSSProcess.expectRefusal(["bench", "step", "--profile", "--steps=-2"], saying: ["--steps"])
    try RSSProcess.expectRefusal(["bench", "step", "--classes", "1"], saying: ["--classes", "2 to 255"])
    try RSSProcess.expectRefusal(["bench", "step", "--size", "20"], saying: ["a multiple of 8"])
  }

  @Test func twin() throws {
    let data = try rectangleFolder()
    let out = try TemporaryFolder()
    let run = try RSSProcess([
      "bench", "twin", "--row", "folder/ce", "--data", data.path, "--steps", "1", "--out", "\(out.path)/twin",
    ])
    #expect(run.status == 0 && run.output == "Written to \(out.path)/twin/\n", "\(run.errors)")
    #expect(FileManager.default.fileExists(atPath: "\(out.path)/twin/curve.json"))
    try RSSProcess.expectRefusal(["bench", "twin", "--row", "folder/c", "--out", out.path], saying: ["folder/ce"])
  }
}
