import Foundation
import Images
import Records
import TestSupport
import Testing

/// `rss train --reward-command`, with the program that comes with the package.
@Suite(
  .enabled(if: RSSProcess.isBuilt, RSSProcess.reason), .enabled(if: rewardServer("") != nil, "python3 isn't here"))
struct RewardCommandTests {
  private func arguments(_ data: String, out: String, steps: Int = 12, settings: [String] = []) -> [String] {
    ["train", "folder/image", "--data", data, "--out", out, "--quiet"]
      + ([
        "steps=\(steps)", "size=16x16", "networkWidth=2", "batchSize=4", "maps=6", "augmentation=none",
      ] + settings).flatMap { ["--set", $0] }
  }

  private func checkpoint(_ folder: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: "\(folder)/checkpoint.safetensors"))
  }

  /// The masks are larger than the images here, and smaller in the second size: both origins are tried.
  @Test(arguments: ["meanIoU", "pixelAccuracy", "meanClassAccuracy", "dice"], ["16x16", "8x8"])
  func aProgramThatHoldsTheTruthGivesTheSameCheckpoint(score: String, size: String) throws {
    let data = try rectangleFolder()
    let truth = try rectangleFolder()
    let runs = try TemporaryFolder()
    let settings = ["size=\(size)"]
    let builtIn = try RSSProcess(
      arguments(data.path, out: "\(runs.path)/a", settings: settings + ["score=\(score)"]))
    #expect(builtIn.status == 0, "\(builtIn.errors)")
    // The learner's folder has no training label any more, and rubbish where the held-out one was.
    for id in 0..<11 { try data.remove("labels/frame\(id).png") }
    try data.write("no PNG", to: "labels/frame11.png")
    let command = try #require(rewardServer("\(truth.path)/labels", score: score))
    let external = try RSSProcess(
      arguments(data.path, out: "\(runs.path)/b", settings: settings) + ["--reward-command", command])
    #expect(external.status == 0 && external.errors.isEmpty, "\(external.errors)")
    #expect(try checkpoint("\(runs.path)/a") == checkpoint("\(runs.path)/b"))
    let records = try ["a", "b"].map { try RunRecord(contentsOf: "\(runs.path)/\($0)/run.json") }
    #expect(records[0].rewardCommand == nil && records[1].rewardCommand == command)
    #expect(records[0].result == records[1].result && records[0].queries == records[1].queries)
  }

  @Test func rowsAndSettingsThatCanNotHaveAProgram() throws {
    let data = try rectangleFolder()
    let command = ["--reward-command", "cat"]
    try RSSProcess.expectRefusal(
      ["train", "folder/ce", "--data", data.path, "--set", "augmentation=none"] + command,
      saying: ["crossEntropy", "imageReward", "--reward-command"])
    try RSSProcess.expectRefusal(
      ["train", "folder/image", "--data", data.path] + command, saying: ["augmentation", "--set augmentation=none"])
    try RSSProcess.expectRefusal(
      arguments(data.path, out: "run", settings: ["score=dice"]) + command,
      saying: ["setting score", "tell the program"])
    try RSSProcess.expectRefusal(
      arguments(data.path, out: "run", settings: ["evaluateOn=tuning"]) + command, saying: ["evaluateOn", "tuning.txt"])
    try RSSProcess.expectRefusal(
      arguments(data.path, out: "run") + command + ["--reward-timeout", "0"], saying: ["--reward-timeout"])
  }

  @Test func aProgramThatFailsEndsTheRunWithItsWords() throws {
    let data = try rectangleFolder()
    let truth = try rectangleFolder()
    let runs = try TemporaryFolder()
    try truth.remove("labels/frame3.png")
    let command = try #require(rewardServer("\(truth.path)/labels"))
    let arguments = arguments(data.path, out: "\(runs.path)/a") + ["--reward-command", command]
    try RSSProcess.expectRefusal(
      arguments, saying: [", step ", "its end with exit status 1", "labels/frame3.png", "reward-protocol.md"])
    #expect(!FileManager.default.fileExists(atPath: "\(runs.path)/a/run.json"))
  }

  /// Standard error goes on to ours; a program that ends after its first answers is noticed at the next step.
  @Test func silenceAndEarlyExit() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    func refuse(_ script: String, _ parts: [String]) throws {
      try RSSProcess.expectRefusal(
        arguments(data.path, out: "\(runs.path)/a") + ["--reward-command", script, "--reward-timeout", "1"],
        saying: parts)
    }
    let greeting = #"read -r q; echo '{"protocol": 1}'; "#
    try refuse("\(greeting)cat > /dev/null", ["step 0", "no answer within 1 s", "--reward-timeout"])
    try refuse("\(greeting)read -r q; echo 'out of ideas' >&2; exit 5", ["exit status 5", "out of ideas"])
  }
}
