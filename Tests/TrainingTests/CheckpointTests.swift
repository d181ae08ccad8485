import Datasets
import Foundation
import Networks
import Tensors
import Testing
import Training

@Suite struct CheckpointTests {
  private func description(width: Int = 2, channels: Int = 3) -> Checkpoint.Description {
    Checkpoint.Description(
      network: Architecture(channels: channels, width: width, classes: 3), classes: ["a", "b", "c"],
      normalization: Normalization(mean: [0.1, 0.2, 1 / 3], standardDeviation: [1, 0.7, 2]), row: "folder/image",
      seed: .max, steps: 12, backgroundClass: nil)
  }

  private func network(width: Int = 2) -> any SegmentationNetwork { description(width: width).network.network(seed: 1) }

  private func write(width: Int = 2, to path: String) throws {
    try Checkpoint(description: description(width: width), network: network(width: width)).write(to: path)
  }

  /// A checkpoint's file whose description was changed as text.
  private func changed(_ folder: String, _ change: (String) -> String) throws -> String {
    let path = "\(folder)/changed.safetensors"
    try write(to: path)
    var file = try Safetensors(contentsOf: path)
    let text = try #require(file.metadata["rss"])
    let new = change(text)
    #expect(new != text)
    file.metadata["rss"] = new
    try file.write(to: path)
    return path
  }

  @Test func comesBackAsItWas() throws {
    try inTemporaryFolder { folder in
      let network = network()
      // One step of training gives statistics that aren't a fresh network's.
      let images = Tensor((0..<2 * 16 * 8 * 3).map { Float($0 % 17) / 7 }, shape: [2, 16, 8, 3])
      let tape = Tape()
      _ = network.logits(Variable(images), on: tape)
      tape.moveStatistics()
      let path = "\(folder)/a.safetensors"
      try Checkpoint(description: description(), network: network).write(to: path)
      let read = try Checkpoint(contentsOf: path)
      #expect(read.description == description())
      #expect(read.network.state == network.state && network.state != self.network().state)
      var batch = Batch(count: 1, height: 8, width: 16, channels: 3)
      for i in batch.pixels.indices { batch.pixels[i] = Float(i % 11) / 5 - 1 }
      #expect(try read.network.predictions(of: batch) == network.predictions(of: batch))
      #expect(try Set(network.predictions(of: batch)).count > 1)
      try read.write(to: "\(folder)/b.safetensors")
      #expect(FileManager.default.contentsEqual(atPath: path, andPath: "\(folder)/b.safetensors"))
    }
  }

  /// Wherever the file is cut, the error names it.
  @Test func truncated() throws {
    try inTemporaryFolder { folder in
      let path = "\(folder)/a.safetensors"
      try write(to: path)
      let whole = try Data(contentsOf: URL(fileURLWithPath: path))
      for length in [0, 1, 7, 8, 9, 100, whole.count / 2, whole.count - 1] {
        try whole.prefix(length).write(to: URL(fileURLWithPath: path))
        #expect(inputError { try Checkpoint(contentsOf: path) }.subject == path, "\(length) bytes")
      }
    }
  }

  /// No changed byte of the header may lead to a trap; most give an error, some (in a row's name) can't be noticed.
  @Test func damagedHeaders() throws {
    try inTemporaryFolder { folder in
      let path = "\(folder)/a.safetensors"
      try write(width: 1, to: path)
      let whole = try Data(contentsOf: URL(fileURLWithPath: path))
      for position in stride(from: 0, to: 1200, by: 5) {
        var damaged = whole
        damaged[position] ^= 0x15
        try damaged.write(to: URL(fileURLWithPath: path))
        do { _ = try Checkpoint(contentsOf: path) } catch { #expect("\(error)".contains(path)) }
      }
    }
  }

  @Test func noSuchFileAndNoCheckpoint() throws {
    try inTemporaryFolder { folder in
      #expect(inputError { try Checkpoint(contentsOf: "\(folder)/none") }.found == "no such file")
      let text = "\(folder)/text"
      try Data("this is a text of some length".utf8).write(to: URL(fileURLWithPath: text))
      #expect(inputError { try Checkpoint(contentsOf: text) }.subject == text)
      #expect(inputError { try Checkpoint(contentsOf: folder) }.subject == folder)
    }
  }

  @Test func withoutOurMetadata() throws {
    try inTemporaryFolder { folder in
      let path = "\(folder)/a.safetensors"
      try Safetensors(tensors: network().state).write(to: path)
      #expect(inputError { try Checkpoint(contentsOf: path) }.found.contains("no description"))
    }
  }

  @Test func anotherVersionAndNoJSON() throws {
    try inTemporaryFolder { folder in
      let newer = try changed(folder) { $0.replacingOccurrences(of: "\"version\":1", with: "\"version\":2") }
      let error = inputError { try Checkpoint(contentsOf: newer) }
      #expect(error.found == "format version 2" && error.expected == "version 1")
      let broken = try changed(folder) { String($0.dropLast()) }
      #expect(inputError { try Checkpoint(contentsOf: broken) }.found.contains("can't be read"))
    }
  }

  @Test(arguments: [
    ("\"channels\":3", "\"channels\":2"), ("\"channels\":3", "\"channels\":1"), ("\"channels\":3", "\"channels\":-1"),
    ("\"width\":2", "\"width\":0"), ("\"width\":2", "\"width\":1024"), ("\"width\":2", "\"width\":4611686018427387904"),
    ("\"classes\":3", "\"classes\":0"), ("\"classes\":3", "\"classes\":256"), ("\"classes\":3", "\"classes\":2"),
    ("[\"a\",\"b\",\"c\"]", "[\"a\",\"b\"]"),
  ])
  func aNetworkThatCannotBe(text: String, other: String) throws {
    try inTemporaryFolder { folder in
      let path = try changed(folder) { $0.replacingOccurrences(of: text, with: other) }
      #expect(inputError { try Checkpoint(contentsOf: path) }.subject == path)
    }
  }

  @Test func aTensorOfAnotherShapeOrMissing() throws {
    try inTemporaryFolder { folder in
      let path = "\(folder)/a.safetensors"
      try write(to: path)
      for name in network().state.keys {
        var file = try Safetensors(contentsOf: path)
        file.tensors[name] = nil
        try file.write(to: "\(folder)/b")
        #expect(inputError { try Checkpoint(contentsOf: "\(folder)/b") }.found.contains(name))
        file.tensors[name] = Tensor(zeros: [3, 3])
        try file.write(to: "\(folder)/b")
        #expect(inputError { try Checkpoint(contentsOf: "\(folder)/b") }.found.contains("\(name) of shape [3, 3]"))
      }
    }
  }

  /// Images are grey or colour: nothing else can be read from a file or converted to.
  @Test func twoChannels() throws {
    try inTemporaryFolder { folder in
      let path = "\(folder)/a.safetensors"
      var description = description(width: 1, channels: 2)
      let network = description.network.network(seed: 1)
      description.normalization = .identity(channels: 2)
      try Checkpoint(description: description, network: network).write(to: path)
      #expect(inputError { try Checkpoint(contentsOf: path) }.expected.contains("channel"))
    }
  }
}
