import Foundation
import Networks
import Records
import Tensors
import TestSupport
import Testing
import Training

@testable import Runs

@Suite struct ResumeFileTests {
  private let folder: TemporaryFolder
  private let identity: RunIdentity
  private let position: ResumeFile.Position = {
    var position = ResumeFile.Position()
    (position.steps, position.queries, position.seconds, position.metricsLength) = (5, 40, 1 / 3, 77)
    return position
  }()
  private let state = TrainingState(
    steps: 5, tensors: ["a": Tensor([1, -0.5, 3], shape: [3]), "b.c": Tensor([.pi], shape: [1, 1])])

  init() throws {
    folder = try TemporaryFolder()
    let data = try rectangleFolder()
    let row = tinyRow(data.path)
    identity = try RunIdentity(row, seed: 1, data: row.data.load())
  }

  private var path: String { "\(folder.path)/resume.safetensors" }
  private func write() throws { try ResumeFile.write(state, at: position, of: identity, in: folder.path) }
  private func read() throws -> ResumeFile? { try ResumeFile(in: folder.path, of: identity) }

  @Test func comesBackAsItWas() throws {
    #expect(try read()?.position == nil, "nothing is there yet")
    try write()
    let file = try #require(try read())
    var expected = position
    expected.kernels = [Libraries.kernels]
    #expect(file.position == expected && file.tensors == state.tensors && file.state.steps == 5)
  }

  /// Cut anywhere, or with any byte changed, it is refused: the fingerprint sees what the format can't.
  @Test func damaged() throws {
    try write()
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    func refuse(_ data: Data, _ what: String) throws {
      try data.write(to: URL(fileURLWithPath: path))
      let error = inputError { try read() }
      #expect(error.subject == path && error.advice.contains("--overwrite"), "\(what)")
    }
    for length in stride(from: 0, to: whole.count, by: 37) { try refuse(whole.prefix(length), "\(length) bytes") }
    for position in stride(from: 0, to: whole.count, by: 7) {
      var data = whole
      data[position] ^= 0x04
      // A space of the header's padding, as JSON may have it, is the one byte that may be another.
      if whole[position] == 0x20 { continue }
      try refuse(data, "byte \(position)")
    }
    try refuse(whole + [0], "one byte more")
    try Safetensors(tensors: state.tensors).write(to: path)
    #expect(inputError { try read() }.found.contains("no description"))
  }

  @Test func anotherRun() throws {
    try write()
    var other = identity
    (other.seed, other.recipe.steps) = (2, 99)
    other.data.trainFingerprint = "f00d"
    let error = inputError { try ResumeFile(in: folder.path, of: other) }
    #expect(error.subject == path)
    for part in ["seed 1 instead of 2", "recipe.steps 12 instead of 99", "data.trainFingerprint"] {
      #expect(error.found.contains(part), "\(error.found)")
    }
  }

  @Test func anotherNumberOfThreads() throws {
    let before = Threads.count
    defer { Threads.use(before) }
    Threads.use(3)
    try write()
    Threads.use(2)
    let error = inputError { try read() }
    #expect(error.found.contains("3 thread") && error.advice.contains("--threads 3"))
    Threads.use(3)
    #expect(try read()?.position.steps == position.steps)
  }

  /// Other kernels round otherwise, so the bytes will be others: a warning, which the record keeps.
  @Test func otherKernels() throws {
    try write()
    #expect(try #require(try read()).warning == nil)
    var other = position
    other.kernels = ["oneDNN 2.5.0 avx2"]
    try ResumeFile.write(state, at: other, of: identity, in: folder.path)
    // Written by these kernels again, after those.
    #expect(try #require(try read()).position.kernels == ["oneDNN 2.5.0 avx2", Libraries.kernels])
    let earlier = ResumeFile(position: other)
    #expect(earlier.warning?.contains("oneDNN 2.5.0 avx2") == true)
  }
}
