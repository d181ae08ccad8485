import Datasets
import Foundation
import Rewards
import Support
import Training
import WeakSupervision

/// Readers of lists, answers and settings.
///
/// - Parameter folder: an empty folder, in which small data folders are made.
/// - Throws: `InputError` where the folder can't be written to.
func textTargets(folder: String) throws -> [FuzzTarget] {
  let classes = "0 background\n1 cat\n2 T-shirt/top\n255 void\n"
  let tags = "a 1\nb 2 1\nc\n"
  let split = "a\nb\n\nc\n"
  for (name, text) in [("classes.txt", classes), ("image_labels.txt", tags), ("train.txt", split)] {
    for kind in ["classes", "tags", "split"] {
      try Folder.make("\(folder)/\(kind)", advice: "Free some space.")
      try AtomicFile.write(Data(text.utf8), to: "\(folder)/\(kind)/\(name)")
    }
  }
  /// A target whose input is one file of a data folder.
  func file(
    _ target: String, _ name: String, _ kind: String, _ seed: String, _ read: @escaping (String) throws -> Void
  ) -> FuzzTarget {
    FuzzTarget(name: target, seeds: [Array(seed.utf8)]) { input, _ in
      _ = FileManager.default.createFile(atPath: "\(folder)/\(kind)/\(name)", contents: Data(input))
      try read("\(folder)/\(kind)")
    }
  }
  func text(_ name: String, _ seeds: [String], _ read: @escaping (Data) throws -> Void) -> FuzzTarget {
    FuzzTarget(name: name, seeds: seeds.map { Array($0.utf8) }) { input, _ in try read(Data(input)) }
  }
  let recipe = Recipe(
    objective: .imageReward, networkWidth: 4, steps: 10, imageHeight: 32, imageWidth: 32)
  return [
    file("class list", "classes.txt", "classes", classes) { _ = try TagFile(directory: $0) },
    file("tag file", "image_labels.txt", "tags", tags) { _ = try TagFile(directory: $0) },
    file("split list", "train.txt", "split", split) { _ = try SplitList.read("train", in: $0) },
    text("grid schedule", ["8:0.1, 16:0.2, full", "1"]) { _ = GridSchedule(String(decoding: $0, as: UTF8.self)) },
    text("reward answer", [#"{"step": 3, "rewards": [[1, 0.5], [-1e3, 2]]}"#]) {
      _ = try? RewardAnswer(line: $0)
    },
    text("recipe", [String(decoding: try CanonicalJSON.encode(recipe, of: "a recipe"), as: UTF8.self)]) {
      try (try? JSONDecoder().decode(Recipe.self, from: $0))?.validate()
    },
  ]
}
