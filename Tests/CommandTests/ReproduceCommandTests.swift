import TestSupport
import Testing

@Suite(.enabled(if: RSSProcess.isBuilt, RSSProcess.reason))
struct ReproduceCommandTests {
  @Test func withoutFashionMNIST() throws {
    try RSSProcess.expectRefusal(
      ["reproduce"], environment: ["RSS_FASHION_MNIST": "/nonexistent"],
      saying: ["/nonexistent", "dataset-fashion-mnist", "RSS_FASHION_MNIST"])
  }

  @Test func impossibleOptions() throws {
    try RSSProcess.expectRefusal(["reproduce", "--table", "99"], saying: ["--table", "one of 1, 2"])
    try RSSProcess.expectRefusal(["reproduce", "--seeds", "0"], saying: ["--seeds", "1 to 1000"])
    try RSSProcess.expectRefusal(["reproduce", "--threads=-1"], saying: ["--threads"])
    let profile = try RSSProcess(["reproduce", "--profile", "fast"])
    #expect(profile.status == 64 && profile.output.isEmpty && profile.errors.contains("quick"))
  }
}
