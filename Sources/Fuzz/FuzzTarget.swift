import Support

/// One reader of files, as the fuzzer runs it.
///
/// A target passes where the reader takes the input or refuses it with an `InputError`; a trap ends the process, and any
/// other error is a fault, too. Add a target for every new reader: to a list of its module's, which `main.swift` joins.
struct FuzzTarget {
  let name: String
  /// Whole, valid inputs, from which others are made.
  let seeds: [[UInt8]]
  /// Reads one input, which also is in the file `path`.
  let run: (_ input: [UInt8], _ path: String) throws -> Void
}
