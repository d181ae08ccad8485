/// Settings that train in a fraction of a second.
let quickSettings = ["--set", "size=16x16", "--set", "networkWidth=1", "--set", "batchSize=2"]

/// A quick `rss train` on a folder.
func trainArguments(_ data: String, out: String, row: String = "folder/ce", steps: Int = 5) -> [String] {
  ["train", row, "--data", data, "--out", out, "--set", "steps=\(steps)"] + quickSettings
}
