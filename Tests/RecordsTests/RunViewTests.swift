import Foundation
import TestSupport
import Testing

@testable import Records

@Suite struct RunViewTests {
  @Test func aRunThatGoesOn() throws {
    let folder = try TemporaryFolder()
    try folder.write("", to: "metrics.jsonl")
    let first = try RunView(folder: folder.path).lines(width: 200)
    #expect(first == ["\(folder.path): going on", "no line of metrics yet"])
    try folder.write(
      "{\"queries\":256,\"seconds\":2,\"step\":10,\"reward\":0.5}\n{\"queries\":512,\"sec", to: "metrics.jsonl")
    let view = try RunView(folder: folder.path)
    let lines = view.lines(width: 60)
    #expect(!view.isFinished && lines.allSatisfy { $0.count <= 60 })
    #expect(lines[1] == "step 10, 2 s, 5.0 steps/s, 256 reward queries" && lines[2].hasPrefix("reward   ▁"))
    #expect(lines.contains { $0.hasPrefix("warning: ") })
  }

  @Test func aFinishedRun() throws {
    let folder = try TemporaryFolder()
    try folder.write("{\"mIoU\":0.5,\"queries\":0,\"seconds\":2,\"step\":500}\n", to: "metrics.jsonl")
    try syntheticRecord(.fashion32Image, seed: 7, mIoU: 0.5).write(to: "\(folder.path)/run.json")
    let view = try RunView(folder: folder.path)
    #expect(view.isFinished && view.lines(width: 80)[0] == "fashion32/image, seed 7: finished, mIoU 0.500")
    #expect(view.lines(width: 80)[1].hasPrefix("step 500 of 500"))
  }

  @Test func noRun() {
    #expect(inputError { try RunView(folder: "/nonexistent") }.expected.contains("metrics.jsonl"))
  }
}
