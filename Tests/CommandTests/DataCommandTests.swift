import Foundation
import Images
import TestSupport
import Testing

@Suite(.enabled(if: RSSProcess.isBuilt, RSSProcess.reason))
struct DataCommandTests {
  @Test func aSoundFolder() throws {
    let data = try rectangleFolder()
    let run = try RSSProcess(["data", "verify", data.path])
    #expect(run.status == 0 && run.errors.isEmpty)
    #expect(run.output.contains("train: 12 images, 12 readable, width 13 to 13, height 11 to 11, 0.0% void"))
    #expect(run.output.hasSuffix("\(data.path): nothing wrong\n"))
  }

  @Test func everyProblemIsReported() throws {
    let data = try rectangleFolder()
    try data.write("broken", to: "images/frame0.png")
    try data.remove("labels/frame1.png")
    try PNG.write(LabelMap(width: 13, height: 11, fill: 9), palette: [], to: "\(data.path)/labels/frame2.png")
    try PNG.write(LabelMap(width: 5, height: 11, fill: 1), palette: [], to: "\(data.path)/labels/frame3.png")
    try data.write("\n", to: "test.txt")
    let run = try RSSProcess(["data", "verify", data.path])
    #expect(run.status == 65 && run.ended == .exit)
    let lines = run.errors.split(separator: "\n")
    #expect(lines.count == 6 && lines.last == "5 problem(s) in \(data.path)")
    for name in ["images/frame0.png", "labels/frame1.png", "labels/frame2.png", "labels/frame3.png", "test.txt"] {
      #expect(lines.contains { $0.hasPrefix("error: ") && $0.contains(name) && $0.contains("expected") }, "\(name)")
    }
  }

  /// A class's name is shown, and doesn't retitle the terminal.
  @Test func namesAreInert() throws {
    let data = try rectangleFolder()
    try data.write("0 background\n1 rect\u{1B}]0;mine\u{7}\n255 void\n", to: "classes.txt")
    let run = try RSSProcess(["data", "verify", data.path])
    #expect(!(run.output + run.errors).unicodeScalars.contains { $0.value == 0x1B || $0.value == 7 })
    #expect((run.output + run.errors).contains("\\u{1B}]0;mine"))
  }

  @Test func noFolder() throws {
    try RSSProcess.expectRefusal(["data", "verify", "/nonexistent"], saying: ["/nonexistent", "no such folder"])
  }

  /// The list is of what is there and of what isn't: it never fails.
  @Test func list() throws {
    let run = try RSSProcess(
      ["data", "list"], environment: ["RSS_FASHION_MNIST": "/nonexistent", "RSS_DATA": "/none"])
    #expect(run.status == 0 && run.errors.isEmpty)
    for name in ["fashion32", "fashion64", "camvid", "voc7"] { #expect(run.output.contains("\(name): not here. ")) }
    #expect(run.output.split(separator: "\n").count == 5)
  }

  @Test func anExportIsASoundFolder() throws {
    let data = try rectangleFolder()
    let out = try TemporaryFolder()
    let arguments = ["data", "export", "folder", "\(out.path)/new", "--data", data.path]
    let run = try RSSProcess(arguments)
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    #expect(run.output == "\(out.path)/new: 11 train, 1 tuning, 3 val images\n")
    #expect(try RSSProcess(["data", "verify", "\(out.path)/new"]).status == 0)
    try RSSProcess.expectRefusal(arguments, saying: ["\(out.path)/new", "SOURCE.txt", "a new or empty folder"])
    let few = try RSSProcess(["data", "export", "folder", "\(out.path)/few", "--data", data.path, "--limit", "2"])
    #expect(few.output == "\(out.path)/few: 2 train, 1 tuning, 2 val images\n")
  }

  @Test func exportsThatCanNotBe() throws {
    let data = try rectangleFolder()
    func refuse(_ arguments: [String], _ parts: [String]) throws {
      try RSSProcess.expectRefusal(["data", "export"] + arguments, saying: parts)
    }
    try refuse(["fashion33", "out"], ["fashion33", "fashion32"])
    try refuse(["folder", "out"], ["--data DIR"])
    try refuse(["folder", "out", "--data", data.path, "--limit", "0"], ["--limit"])
    try refuse(["folder", data.path, "--data", data.path], [data.path, "a new or empty folder"])
    try refuse(["fashion32", "out", "--data", data.path], ["--data"])
  }
}
