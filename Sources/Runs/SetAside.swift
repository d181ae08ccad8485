import Foundation
import Support

/// An earlier run's files while another one replaces them: they lie in a folder `replaced` in theirs, and go only when the
/// new run has ended.
struct SetAside {
  private let folder: String
  private let place: String
  private let names: [String]

  /// Moves them there.
  ///
  /// - Throws: `InputError` where the folder can't be written.
  init(_ earlier: EarlierRun) throws {
    folder = earlier.folder
    names = earlier.files
    // One that is there already is of an attempt that was interrupted, and may hold what nobody wants to lose.
    let taken = Set(Self.places(in: folder))
    let number = (1...).lazy.first { !taken.contains(Self.name($0)) }
    place = "\(folder)/\(Self.name(number ?? 1))"
    try Folder.make(place, advice: "Name another folder with --out.")
    for name in names { try move("\(folder)/\(name)", to: "\(place)/\(name)") }
  }

  /// Puts them back where the new run has failed and kept nothing that could go on.
  func putBackUnlessKept() throws {
    let states = RunStage.allCases.map { ResumeFile.path(in: folder, $0) }
    guard !states.contains(where: FileManager.default.fileExists) else { return }
    for name in EarlierRun.results { try removeFile("\(folder)/\(name)") }
    for name in names { try move("\(place)/\(name)", to: "\(folder)/\(name)") }
    try removeFile(place)
  }

  /// Lets go of everything that was set aside in a folder, once the new run has ended.
  static func discard(in folder: String) throws {
    for name in places(in: folder) { try removeFile("\(folder)/\(name)") }
  }

  private static func name(_ number: Int) -> String { number == 1 ? "replaced" : "replaced-\(number)" }

  private static func places(in folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { name in
      name == "replaced" || (name.hasPrefix("replaced-") && Int(name.dropFirst("replaced-".count)) != nil)
    }
  }

  private func move(_ path: String, to target: String) throws {
    guard rename(path, target) == 0 else { throw AtomicFile.failure(path, "move", errno) }
  }
}

/// Removes a file, or a folder with what is in it; nothing where there is none.
///
/// - Throws: `InputError` that names it.
func removeFile(_ path: String) throws {
  guard FileManager.default.fileExists(atPath: path) else { return }
  do {
    try FileManager.default.removeItem(atPath: path)
  } catch {
    throw InputError(
      path, found: "an earlier run's file that can't be removed", expected: "a writable folder",
      advice: "Name another folder with --out.")
  }
}
