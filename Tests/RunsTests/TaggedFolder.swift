import Datasets
import TestSupport

/// The rectangles with tags: frame 3 is said to show nothing. `tuning.txt` lets the threshold be chosen.
func taggedFolder() throws -> TemporaryFolder {
  let folder = try rectangleFolder()
  let lines = (0..<15).map { $0 == 3 ? "frame3" : "frame\($0) 1" }
  try folder.write(lines.joined(separator: "\n") + "\n", to: TagFile.fileName)
  try folder.write("frame12\nframe13\n", to: "tuning.txt")
  return folder
}
