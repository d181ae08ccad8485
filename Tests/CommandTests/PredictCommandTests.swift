import Foundation
import Images
import TestSupport
import Testing

@Suite(.enabled(if: RSSProcess.isBuilt, RSSProcess.reason))
struct PredictCommandTests {
  @Test(arguments: [(13, 11, 3), (1, 1, 1), (40, 17, 4)])
  func writesMaskAndOverlayOfTheImagesSize(width: Int, height: Int, channels: Int) throws {
    let trained = try TrainedFolder.shared.get()
    let folder = try TemporaryFolder()
    let picture = Image(
      width: width, height: height, channels: channels,
      values: (0..<width * height * channels).map { Float($0 * 31 % 256) / 255 })
    try PNG.write(picture, to: "\(folder.path)/in.png")
    let run = try RSSProcess([
      "predict", trained.checkpoint, "\(folder.path)/in.png", "--mask", "\(folder.path)/mask.png", "--overlay",
      "\(folder.path)/overlay.png",
    ])
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    let mask = try PNG.readLabels(at: "\(folder.path)/mask.png")
    let painted = try ImageFile.read(at: "\(folder.path)/overlay.png")
    #expect(mask.width == width && mask.height == height && mask.classes.allSatisfy { $0 < 2 })
    #expect(painted.width == width && painted.height == height && painted.channels == 3)
    let shares = run.output.split(separator: "\n").compactMap { Double($0.split(separator: "%")[0].drop { $0 == " " }) }
    #expect(abs(shares.reduce(0, +) - 100) < 0.2 && shares.count <= 2)
  }

  @Test func badImagesAndPlacesAreRefused() throws {
    let trained = try TrainedFolder.shared.get()
    let folder = try TemporaryFolder()
    let image = "\(trained.data.path)/images/frame0.png"
    let whole = try Data(contentsOf: URL(fileURLWithPath: image))
    try folder.write(whole.prefix(whole.count / 2), to: "half.png")
    try folder.write("no image", to: "text.png")
    for name in ["half.png", "text.png", "none.png"] {
      try RSSProcess.expectRefusal(["predict", trained.checkpoint, "\(folder.path)/\(name)"], saying: [name])
    }
    try RSSProcess.expectRefusal(
      ["predict", trained.checkpoint, image, "--mask", "\(folder.path)/no/mask.png"], saying: ["no/mask.png"])
  }
}
