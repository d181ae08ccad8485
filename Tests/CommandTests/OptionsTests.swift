import TestSupport
import Testing

@Suite(.enabled(if: RSSProcess.isBuilt, RSSProcess.reason))
struct OptionsTests {
  @Test func impossibleFoldersAndThreads() throws {
    let data = try rectangleFolder()
    try RSSProcess.expectRefusal(
      ["train", "fashion32/ce", "--data", data.path], saying: ["--data", "a row that reads a folder"])
    try RSSProcess.expectRefusal(
      ["train", "folder/ce", "--data", data.path, "--remap", "voc8"], saying: ["voc8", "voc7"])
    try RSSProcess.expectRefusal(
      ["train", "folder/ce", "--data", data.path, "--train-split", "trian"], saying: ["trian.txt", "train"])
    try RSSProcess.expectRefusal(
      ["train", "folder/ce", "--data", data.path, "--threads", "0"], saying: ["--threads", "1 to 1024"])
  }

  /// The thread count is an option of the run; results are whole with any.
  @Test func threadsAreUsed() throws {
    let run = try RSSProcess(
      ["bench", "step", "--json", "--threads", "3", "--width", "1", "--size", "16", "--batch", "2", "--steps", "1"])
    #expect(try run.object()["threads"] as? Int == 3)
  }
}
