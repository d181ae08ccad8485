import Foundation
import Images
import TestSupport
import Testing

@testable import WeakSupervision

@Suite(.enabled(if: RSSProcess.isBuilt, RSSProcess.reason))
struct CAMCommandTests {
  @Test(arguments: SeedMethod.allCases) func writesAnOverlayOfTheImagesSize(method: SeedMethod) throws {
    let folder = try TemporaryFolder()
    try untrainedClassifier().write(to: "\(folder.path)/c.safetensors")
    try PNG.write(Image(width: 13, height: 11, channels: 3, fill: 0.5), to: "\(folder.path)/in.png")
    let run = try RSSProcess([
      "cam", "\(folder.path)/c.safetensors", "\(folder.path)/in.png", "--class", "Bag", "--method", method.rawValue,
      "--overlay", "\(folder.path)/out.png",
    ])
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    let painted = try ImageFile.read(at: "\(folder.path)/out.png")
    #expect(painted.width == 13 && painted.height == 11 && painted.channels == 3)
    #expect(run.output.contains("%  Bag\n") && run.output.contains("%  Ankle boot\n"))
  }

  @Test func unknownClassesAndOtherCheckpointsAreRefused() throws {
    let folder = try TemporaryFolder()
    let classifier = "\(folder.path)/c.safetensors"
    try untrainedClassifier().write(to: classifier)
    try PNG.write(Image(width: 8, height: 8, channels: 3, fill: 0.5), to: "\(folder.path)/in.png")
    try RSSProcess.expectRefusal(
      ["cam", classifier, "\(folder.path)/in.png", "--class", "Boot"], saying: ["one of Bag, Ankle boot"])
    try RSSProcess.expectRefusal(
      ["cam", "\(folder.path)/none.safetensors", "\(folder.path)/in.png", "--class", "Bag"],
      saying: ["none.safetensors", "no such file"])
    try RSSProcess.expectRefusal(["cam", classifier, "\(folder.path)/no.png", "--class", "Bag"], saying: ["no.png"])
  }
}
