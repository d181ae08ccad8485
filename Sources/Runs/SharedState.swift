import Ranks
import Tensors
import Training

extension Communicator {
  /// Rank 0's state of an earlier run, given to all: the others need not see its folder.
  ///
  /// - Parameter file: read by rank 0 alone; nil where there is none.
  func shared(_ file: () throws -> ResumeFile?) throws -> ResumeFile? {
    guard count > 1 else { return try file() }
    var own: ResumeFile?
    let header = try first { () throws -> StateHeader in
      own = try file()
      return StateHeader(position: own?.position, shapes: (own?.tensors ?? [:]).mapValues(\.shape))
    }
    guard let position = header.position else { return nil }
    var tensors: [String: Tensor] = [:]
    for (name, shape) in header.shapes.sorted(by: { $0.key < $1.key }) {
      tensors[name] = Tensor(gather(own?.tensors[name]?.scalars ?? []), shape: shape)
    }
    return ResumeFile(position: position, tensors: tensors)
  }

  /// The signal at which all ranks are to stop: that of the first that got one.
  func agreed(on signal: Int32?) -> Int32? {
    gather([signal ?? 0], counts: [Int](repeating: 1, count: count)).first { $0 != 0 }
  }
}

private struct StateHeader: Codable {
  var position: ResumeFile.Position?
  var shapes: [String: [Int]] = [:]
}
