import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: RSSProcess.isBuilt, RSSProcess.reason))
struct ExportCommandTests {
  @Test func writesAnONNXModelAndReplacesNothing() throws {
    let trained = try TrainedFolder.shared.get()
    let folder = try TemporaryFolder()
    let out = "\(folder.path)/model.onnx"
    let run = try RSSProcess(["export", "onnx", trained.checkpoint, out])
    #expect(run.status == 0 && run.errors.isEmpty && run.output == "\(out)\n", "\(run.errors)")
    let written = try Data(contentsOf: URL(fileURLWithPath: out))
    // IR version 8, producer rss.
    #expect(written.prefix(7) == Data([0x08, 8, 0x12, 3]) + Data("rss".utf8))
    try RSSProcess.expectRefusal(["export", "onnx", trained.checkpoint, out], saying: [out, "replaces nothing"])
    #expect(try Data(contentsOf: URL(fileURLWithPath: out)) == written)
  }

  @Test func badCheckpointsAndPlacesAreRefused() throws {
    let trained = try TrainedFolder.shared.get()
    let folder = try TemporaryFolder()
    let image = "\(trained.data.path)/images/frame0.png"
    let out = "\(folder.path)/model.onnx"
    try RSSProcess.expectRefusal(["export", "onnx", image, out], saying: [image])
    try RSSProcess.expectRefusal(
      ["export", "onnx", "\(folder.path)/none.safetensors", out], saying: ["none.safetensors"])
    try RSSProcess.expectRefusal(
      ["export", "onnx", trained.checkpoint, "\(folder.path)/no/model.onnx"], saying: ["no/model.onnx"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }
}
