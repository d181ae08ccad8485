import Testing

@testable import Datasets

@Suite struct FingerprintTests {
  /// Test vectors of the FNV authors (draft-eastlake-fnv, appendix C): "", "a", "foobar".
  @Test(arguments: [("", "cbf29ce484222325"), ("a", "af63dc4c8601ec8c"), ("foobar", "85944171f73967e8")])
  func publishedVectors(text: String, expected: String) {
    var hash = Fingerprint()
    hash.addRaw(text.utf8)
    #expect(hash.hexadecimal == expected)
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
}
