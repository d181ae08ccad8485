import Foundation
import Support

/// Reading lists and folders, with errors that say why one can't be read.
enum FileReading {
  /// The lines of a UTF-8 text without the white space around them; blank ones are kept, so that places are line
  /// numbers. A byte-order mark and Windows line ends are accepted.
  static func lines(of path: String, expected: String, advice: String) throws -> [String] {
    guard var text = String(validating: try FileBytes.read(path, expected: expected, advice: advice), as: UTF8.self)
    else {
      throw InputError(path, found: "bytes that are no UTF-8 text", expected: expected, advice: advice)
    }
    if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
    return text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces) }
  }

  /// The names in a folder, sorted, hidden ones left out.
  static func names(in directory: String, expected: String, advice: String) throws -> [String] {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: directory, isDirectory: &isDirectory) else {
      throw InputError(directory, found: "no such folder", expected: expected, advice: advice)
    }
    guard isDirectory.boolValue else {
      throw InputError(directory, found: "a file, not a folder", expected: expected, advice: advice)
    }
    do {
      return try FileManager.default.contentsOfDirectory(atPath: directory).filter { !$0.hasPrefix(".") }.sorted()
    } catch {
      throw InputError(
        directory, found: "a folder that can't be read (\(plain(directory, error)))", expected: expected,
        advice: "Check its permissions: `ls -ld \(directory)`.")
    }
  }

  /// The system's reason when it refuses access, which Foundation hides; else what Foundation says.
  private static func plain(_ path: String, _ error: any Error) -> String {
    access(path, R_OK) == 0 ? (error as NSError).localizedDescription : String(cString: strerror(errno))
  }
}
