import Support

/// Another process is at work in a run's folder.
package struct RunInUse: Error, Equatable, CustomStringConvertible {
  package let folder: String
  /// `process 123 on node7`, as it has written itself down.
  package let holder: String

  /// For whoever has nothing else to do meanwhile.
  var inputError: InputError {
    InputError(
      folder, found: "\(holder) at work in it", expected: "a folder that no run uses",
      advice: "Wait for that run or stop it, or name another folder with --out.")
  }

  package var description: String { inputError.description }
}
