import Foundation
import Networks
import Tensors
import TestSupport
import Testing

@Suite(.enabled(if: RSSProcess.isBuilt, RSSProcess.reason))
struct EvaluateCommandTests {
  @Test func repeatsTheRunsResult() throws {
    let trained = try TrainedFolder.shared.get()
    let run = try RSSProcess(["evaluate", trained.checkpoint, "--data", trained.data.path, "--json"])
    #expect(run.status == 0, "\(run.errors)")
    let object = try run.object()
    let training = try #require(JSONSerialization.jsonObject(with: trained.result) as? [String: Any])
    for key in ["mIoU", "pixelAccuracy", "meanClassAccuracy"] {
      #expect(object[key] as? Double == training[key] as? Double && object[key] != nil)
    }
    #expect(object["images"] as? Int == 3)
    let table = try RSSProcess(["evaluate", trained.checkpoint, "--data", trained.data.path]).output
    #expect(table.contains("| rectangle  |") && table.contains("| mean ") && table.contains("| Boundary IoU |"))
    let boundary = try #require(object["perClassBoundaryIoU"] as? [Double])
    #expect(boundary.count == 2 && boundary.allSatisfy { (0...1).contains($0) })
    #expect(object["meanBoundaryIoU"] as? Double == (boundary[0] + boundary[1]) / 2)
  }

  @Test func badCheckpointsAreRefused() throws {
    let trained = try TrainedFolder.shared.get()
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/a.safetensors"
    let whole = try Data(contentsOf: URL(fileURLWithPath: trained.checkpoint))
    func refuse(_ parts: [String]) throws {
      try RSSProcess.expectRefusal(["evaluate", path, "--data", trained.data.path, "--json"], saying: [path] + parts)
      let image = "\(trained.data.path)/images/frame0.png"
      try RSSProcess.expectRefusal(["predict", path, image], saying: [path] + parts)
    }
    try refuse(["no such file"])
    try folder.write(Data(repeating: 0xFF, count: 100), to: "a.safetensors")
    try refuse([])
    try folder.write(whole.prefix(whole.count - 5), to: "a.safetensors")
    try refuse([])
    try folder.write(whole.prefix(40), to: "a.safetensors")
    try refuse([])
    var file = try Safetensors(contentsOf: trained.checkpoint)
    file.tensors["head.bias"] = Tensor(zeros: [7])
    try file.write(to: path)
    try refuse(["head.bias of shape [7]", "[2]"])
    file.metadata = [:]
    try file.write(to: path)
    try refuse(["no description"])
  }

  @Test func otherDataIsRefused() throws {
    let trained = try TrainedFolder.shared.get()
    let data = try rectangleFolder()
    try data.write("0 background\n1 triangle\n", to: "classes.txt")
    try RSSProcess.expectRefusal(
      ["evaluate", trained.checkpoint, "--data", data.path], saying: ["rectangle", "triangle", "--remap"])
    try RSSProcess.expectRefusal(["evaluate", trained.checkpoint], saying: ["--data DIR"])
    try RSSProcess.expectRefusal(
      ["evaluate", trained.checkpoint, "--dataset", "camvit"], saying: ["data set camvit", "camvid"])
    try RSSProcess.expectRefusal(
      ["evaluate", trained.checkpoint, "--dataset", "fashion32"], environment: ["RSS_FASHION_MNIST": "/nonexistent"],
      saying: ["/nonexistent", "dataset-fashion-mnist"])
  }

  /// An encoder takes colour; FashionScenes are grey, in training and when they are measured again.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/usr/share/datasets/fashion-mnist")))
  func greyImagesFeedAColourNetwork() throws {
    let runs = try TemporaryFolder()
    let training = try RSSProcess([
      "train", "fashion32/image-deep", "--out", "\(runs.path)/a", "--quiet", "--json", "--set", "steps=1", "--set",
      "batchSize=2", "--set", "maps=2",
    ])
    #expect(training.status == 0, "\(training.errors)")
    let again = try RSSProcess(["evaluate", "\(runs.path)/a/checkpoint.safetensors", "--json"])
    #expect(again.status == 0, "\(again.errors)")
    let (found, expected) = try (again.object()["mIoU"] as? Double, training.object()["mIoU"] as? Double)
    #expect(try abs(#require(found) - #require(expected)) < 1e-12)
  }
}
