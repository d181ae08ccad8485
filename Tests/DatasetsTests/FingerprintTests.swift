import Foundation
import Images
import Testing

@testable import Datasets

@Suite struct FingerprintTests {
  /// SHA-256 of the lengths and contents of "", "abc": `printf '\3\0\0\0\0\0\0\0abc' | sha256sum`.
  @Test(arguments: [
    ("", "af5570f5a1810b7af78caf4bc70a660f0df51e42baf91d4de5b2328de0e83dfc"),
    ("abc", "ce91dc5eec0139adf091900d225971d6ad246a845bad791b5693a9d0d55dd391"),
  ])
  func isOfLengthAndContent(text: String, expected: String) {
    var hash = Fingerprint()
    hash.add(text)
    #expect(hash.hexadecimal == expected)
    #expect(!Fingerprint.isOfOldKind(hash.hexadecimal) && Fingerprint.isOfOldKind("cbf29ce484222325"))
  }

  @Test func textsDoNotRunTogether() {
    var one = Fingerprint()
    one.add("ab")
    one.add("c")
    var two = Fingerprint()
    two.add("a")
    two.add("bc")
    #expect(one.hexadecimal != two.hexadecimal)
  }

  /// Asked twice, and gone on with after that, it is the same.
  @Test func askingChangesNothing() {
    var one = Fingerprint()
    one.add("a")
    let first = one.hexadecimal
    #expect(one.hexadecimal == first)
    one.add("b")
    var two = Fingerprint()
    two.add("a")
    two.add("b")
    #expect(one.hexadecimal == two.hexadecimal)
  }

  @Test func inMemoryDataFollowsPixelsAndLabels() {
    func fingerprint(_ sample: Sample) -> String {
      InMemoryDataset(name: "m", classes: ["a"], samples: [sample]).fingerprint
    }
    let sample = encodedSample(width: 3, height: 2, channels: 1)
    var image = sample.image
    image.values[5] += 0.001
    var labels = sample.labels
    labels.classes[0] = 3
    let all = [
      sample, Sample(image: image, labels: sample.labels), Sample(image: sample.image, labels: labels),
    ]
    #expect(Set(all.map(fingerprint)).count == 3)
  }

  /// An image exchanged for one whose file has as many bytes is another data set, with labels and without.
  @Test func anExchangedImageOfEqualSizeShows() throws {
    let folder = try TemporaryFolder()
    try folder.write("0 a\n1 b\n", to: "classes.txt")
    try folder.write("one\n", to: "train.txt")
    for name in ["images", "labels"] {
      try FileManager.default.createDirectory(atPath: "\(folder.path)/\(name)", withIntermediateDirectories: true)
    }
    try PNG.write(LabelMap(width: 2, height: 1, fill: 1), palette: [], to: "\(folder.path)/labels/one.png")
    func fingerprints(_ content: String) throws -> [String] {
      try folder.write(content, to: "images/one.png")
      return [
        try FolderDataset(directory: folder.path, split: "train").fingerprint,
        try UnlabelledDataset(directory: folder.path, split: "train").fingerprint,
      ]
    }
    let (before, after) = (try fingerprints("aaaa"), try fingerprints("aaab"))
    #expect(before[0] != after[0] && before[1] != after[1])
    #expect(try fingerprints("aaaa") == before)
  }
}
