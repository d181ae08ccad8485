import TestSupport
import Testing

@Suite(.enabled(if: RSSProcess.isBuilt, RSSProcess.reason))
struct OptionsTests {
  @Test func impossibleFoldersAndThreads() throws {
    let data = try rectangleFolder()
    try RSSProcess.expectRefusal(
      ["train", "fashion32/ce", "--data", data.path], saying: ["--data", "a row that reads a folder"])
    try RSSProcess.expectRefusal(
      ["train", "fashion32/ce", "--train-split", "all"], saying: ["--train-split", "a row that reads a folder"])
    try RSSProcess.expectRefusal(["reproduce", "--table", "6"], saying: ["--table", "quick", "--profile full"])
    try RSSProcess.expectRefusal(
      ["train", "folder/ce", "--data", data.path, "--remap", "voc8"], saying: ["voc8", "voc7"])
    try RSSProcess.expectRefusal(
      ["train", "folder/ce", "--data", data.path, "--train-split", "trian"], saying: ["trian.txt", "train"])
    try RSSProcess.expectRefusal(
      ["train", "folder/ce", "--data", data.path, "--threads", "0"], saying: ["--threads", "1 to 1024"])
  }

  /// Options that aren't given leave a row's class map as it is.
  @Test func aRowKeepsItsClassMap() throws {
    let data = try rectangleFolder()
    let classes = ["background", "cat", "cow", "aeroplane", "dog", "horse", "sheep", "person"]
    try data.write(classes.enumerated().map { "\($0) \($1)\n" }.joined(), to: "classes.txt")
    let run = try RSSProcess([
      "train", "voc7/ce", "--data", data.path, "--out", "\(data.path)/run", "--quiet", "--json", "--set",
      "encoder=small", "--set", "weights=none", "--set", "networkWidth=1", "--set", "size=16", "--set", "steps=1",
    ])
    #expect(run.status == 0, "\(run.errors)")
    #expect(try (run.object()["perClassIoU"] as? [Any])?.count == 7)
  }

  /// The thread count is an option of the run; results are whole with any.
  @Test func threadsAreUsed() throws {
    let run = try RSSProcess(
      ["bench", "step", "--json", "--threads", "3", "--width", "1", "--size", "16", "--batch", "2", "--steps", "1"])
    #expect(try run.object()["threads"] as? Int == 3)
  }
}
