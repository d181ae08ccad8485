import Foundation
import Support

/// `failure.txt` in a run's folder: why its last attempt failed, in one line. The next attempt removes it.
package enum FailureNote {
  package static func path(in folder: String) -> String { "\(folder)/failure.txt" }

  /// What is noted in a folder; nil where nothing is.
  package static func cause(in folder: String) -> String? {
    guard let bytes = FileManager.default.contents(atPath: path(in: folder)) else { return nil }
    let line = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    return line.isEmpty ? "no cause was noted" : printable(line)
  }

  /// - Throws: `InputError` where the folder can't be written.
  package static func write(_ cause: String, in folder: String) throws {
    try Folder.make(folder, advice: "Name another one with --runs.")
    try AtomicFile.write(Data("\(printable(cause))\n".utf8), to: path(in: folder))
  }

  static func remove(from folder: String) throws { try removeFile(path(in: folder)) }
}
