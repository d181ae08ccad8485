import Datasets
import Foundation
import Networks
import Records
import Support
import Tensors
import Training

/// `resume.safetensors`: where a run that hasn't finished goes on.
///
/// Tensors as in `TrainingState`; the rest as JSON under `rss-resume` in the metadata, and under `fingerprint` a hash of
/// both, because a flipped bit in a weight would otherwise only show in the result.
package struct ResumeFile {
  /// Where a run is, apart from the tensors.
  struct Position: Codable, Equatable {
    var steps = 0
    var queries = 0
    /// Of all parts of the run.
    var seconds = 0.0
    /// Bytes of `metrics.jsonl`: what comes after them is of steps that will be done again.
    var metricsLength = 0
    /// What computed the run so far, the last one now; nil in states from before it was kept.
    var kernels: [String]?
    /// Of the metrics line that the state fell into.
    var window = StepWindow()

    /// The same with what computes from here on.
    var kernelsWithThese: [String] {
      let earlier = kernels ?? []
      return earlier.last == Libraries.kernels ? earlier : earlier + [Libraries.kernels]
    }
  }

  private struct Description: Codable {
    var version = 1
    var identity: RunIdentity
    /// Another number of threads rounds differently.
    var threads: Int
    var position: Position
  }

  let position: Position
  let tensors: [String: Tensor]

  /// Why the run won't end with the bytes of one that was never stopped; nil where it will.
  var warning: String? {
    guard let earlier = position.kernels?.last, earlier != Libraries.kernels else { return nil }
    return "warning: it was computed by \(earlier), and goes on with \(Libraries.kernels), which rounds otherwise"
  }

  var state: TrainingState { TrainingState(steps: position.steps, tensors: tensors) }

  package static func path(in folder: String, _ stage: RunStage = .training) -> String {
    "\(folder)/\(stage.rawValue).safetensors"
  }

  init(position: Position, tensors: [String: Tensor] = [:]) { (self.position, self.tensors) = (position, tensors) }

  /// Writes all or nothing, and makes it last.
  static func write(
    _ state: TrainingState, at position: Position, of identity: RunIdentity, in folder: String,
    _ stage: RunStage = .training
  ) throws {
    var position = position
    position.kernels = position.kernelsWithThese
    let description = Description(identity: identity, threads: Threads.count, position: position)
    let path = path(in: folder, stage)
    let text = String(decoding: try CanonicalJSON.encode(description, of: path), as: UTF8.self)
    let metadata = ["rss-resume": text, "fingerprint": fingerprint(text, state.tensors)]
    try Safetensors(tensors: state.tensors, metadata: metadata).write(to: path)
  }

  /// The state in a folder; nil where there is none.
  ///
  /// - Throws: `InputError` that names the file: damaged, of another version, or of a run that differs from `identity`
  ///   or, without shards, in its number of threads, and in what.
  init?(in folder: String, of identity: RunIdentity, _ stage: RunStage = .training) throws {
    let path = Self.path(in: folder, stage)
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    func damaged(_ found: String) -> InputError {
      InputError(
        path, found: found, expected: "the whole state of an unfinished run",
        advice: "It can't be gone on with: --overwrite starts over.")
    }
    let file: Safetensors
    do {
      file = try Safetensors(contentsOf: path)
    } catch let error as InputError {
      throw damaged(error.found)
    }
    guard let text = file.metadata["rss-resume"], let fingerprint = file.metadata["fingerprint"] else {
      throw damaged("no description of the run in its metadata")
    }
    guard fingerprint == Self.fingerprint(text, file.tensors) else {
      throw damaged("contents that don't fit their fingerprint")
    }
    let description: Description
    do {
      description = try JSONDecoder().decode(Description.self, from: Data(text.utf8))
    } catch {
      throw damaged("the state of another version of this program")
    }
    guard description.version == 1 else { throw damaged("format version \(description.version)") }
    let differences = try identity.differences(of: description.identity)
    guard differences.isEmpty else {
      throw InputError(
        path, found: "the state of another run: \(differences.joined(separator: "; "))", expected: "the same run",
        advice: "--resume goes on with that run alone; name another folder, or start over with --overwrite.")
    }
    // A shard's computations have one thread each, however many there are.
    guard description.threads == Threads.count || identity.recipe.shards != nil else {
      throw InputError(
        path, found: "the state of a run with \(description.threads) thread(s)", expected: "\(Threads.count)",
        advice: "Go on with --threads \(description.threads): another number rounds differently.")
    }
    self.init(position: description.position, tensors: file.tensors)
  }

  private static func fingerprint(_ text: String, _ tensors: [String: Tensor]) -> String {
    var fingerprint = Fingerprint()
    fingerprint.add(text)
    for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
      fingerprint.add(name)
      tensor.withScalars { fingerprint.add(UnsafeRawBufferPointer(start: $0, count: 4 * tensor.count)) }
    }
    return fingerprint.hexadecimal
  }
}
