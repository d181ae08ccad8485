import TestSupport
import Testing

/// What holds for every command.
@Suite(.enabled(if: RSSProcess.isBuilt, RSSProcess.reason))
struct RSSTests {
  @Test(arguments: [
    [], ["reproduce"], ["train"], ["evaluate"], ["predict"], ["data"], ["data", "verify"], ["bench"],
    ["bench", "step"],
  ])
  func helpIsOnStandardOutput(command: [String]) throws {
    let run = try RSSProcess(command + ["--help"])
    #expect(run.status == 0 && run.output.contains("USAGE: rss") && run.errors.isEmpty)
  }

  @Test func trainsHelpListsRowsAndSettings() throws {
    let words = try RSSProcess(["train", "--help"]).output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("fashion32/image-naive") && words.contains("evaluateOn (one of tuning, validation)"))
  }
}
