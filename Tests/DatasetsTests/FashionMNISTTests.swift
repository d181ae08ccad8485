import Support
import Testing

@testable import Datasets

@Suite struct FashionMNISTTests {
  private func load(_ change: (TemporaryFolder) throws -> Void) throws -> FashionMNIST {
    let folder = try TemporaryFolder()
    try writeFashion(folder)
    try change(folder)
    return try FashionMNIST(.train, directory: folder.path)
  }

  @Test func readsBothFiles() throws {
    let data = try load { _ in }
    #expect(data.count == 400)
    #expect(data.garment(at: 0, size: 28).max() == Float(250) / 255)
    #expect(data.garment(at: 9, size: 28).max() == Float(200) / 255)
  }

  @Test func garmentsShrinkByArea() throws {
    let garment = try load { _ in }.garment(at: 0, size: 14)
    #expect(garment.count == 196)
    #expect(abs(garment.reduce(0, +) / 196 - Float(250) / 255 * 400 / 784) < 1e-5)
  }

  @Test func missingFolderNamesThePackage() {
    let error = inputError { try FashionMNIST(.train, directory: "/nowhere") }
    #expect(error.subject == "/nowhere")
    #expect(error.advice.contains("dataset-fashion-mnist") && error.advice.contains("RSS_FASHION_MNIST"))
  }

  @Test func missingFile() {
    let error = inputError { try load { try $0.remove("train-images-idx3-ubyte.gz") } }
    #expect(error.subject.hasSuffix("train-images-idx3-ubyte.gz") && error.found == "no such file")
  }

  @Test func corruptFile() {
    let error = inputError {
      try load { try $0.write("hello, this is no gzip file", to: "train-labels-idx1-ubyte.gz") }
    }
    #expect(error.subject.hasSuffix("train-labels-idx1-ubyte.gz") && error.found.contains("no valid gzip"))
  }

  @Test func numbersThatDiffer() {
    let error = inputError {
      try load { try $0.write(gzip(idx([3], [0, 1, 2])), to: "train-labels-idx1-ubyte.gz") }
    }
    #expect(error.found == "3 labels" && error.expected.contains("400"))
  }

  @Test func unknownClass() {
    let error = inputError {
      try load { try $0.write(gzip(idx([2], [0, 10])), to: "train-labels-idx1-ubyte.gz") }
    }
    #expect(error.found == "the class 10")
  }

  @Test func otherImageSize() {
    let error = inputError {
      try load {
        try $0.write(gzip(idx([400, 2, 3], [UInt8](repeating: 0, count: 2400))), to: "train-images-idx3-ubyte.gz")
      }
    }
    #expect(error.found == "images of 3x2" && error.expected == "28x28")
  }

  @Test func theFingerprintFollowsTheContentNotThePacking() throws {
    let one = try load { _ in }.fingerprint
    let repacked = try load { folder in
      let labels = (0..<400).map { UInt8(($0 / 10 + $0) % 10) }
      // The same content in two gzip members.
      let bytes = idx([400], labels)
      try folder.write(gzip(Array(bytes[..<100])) + gzip(Array(bytes[100...])), to: "train-labels-idx1-ubyte.gz")
    }.fingerprint
    #expect(one == repacked)
  }
}
