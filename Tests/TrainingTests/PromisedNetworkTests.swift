import Foundation
import Networks
import Support
import Tensors
import Testing

@testable import Training

/// A file of a few hundred bytes that says it holds a network of gigabytes is refused for what it lacks, before anything
/// is made for it.
@Suite struct PromisedNetworkTests {
  private static let description = """
    {"classes":["a","b"],"network":{"channels":3,"classes":2,"width":1024},"normalization":{"mean":[0,0,0],\
    "standardDeviation":[1,1,1]},"row":"r","seed":1,"steps":1,"version":1}
    """

  private func refusal(_ tensors: [String: Tensor]) throws -> InputError {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("promise-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Safetensors(tensors: tensors, metadata: ["rss": Self.description]).write(to: path)
    return inputError { try Checkpoint(contentsOf: path) }
  }

  @Test func widthsWithoutTensors() throws {
    let before = BufferPool.shared.statistics.bytes
    let error = try refusal([:])
    #expect(error.found == "no tensor decoder.0.convolution.weight", "\(error)")
    #expect(BufferPool.shared.statistics.bytes - before < 1 << 24)
  }

  /// The first tensor alone is what an earlier check looked at.
  @Test func theFirstTensorAlone() throws {
    let before = BufferPool.shared.statistics.bytes
    let error = try refusal(["encoder.0.convolution.weight": Tensor(zeros: [1024, 3, 3, 3])])
    #expect(error.found == "no tensor decoder.0.convolution.weight", "\(error)")
    #expect(BufferPool.shared.statistics.bytes - before < 1 << 24)
  }
}
