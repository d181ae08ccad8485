import Foundation

/// JSON whose bytes follow from the value alone: keys sorted, slashes as they are.
package enum CanonicalJSON {
  /// How the text is laid out.
  package enum Layout {
    /// One line without spaces: a line of a file, a key of a header.
    case compact
    /// For files that people read and compare.
    case pretty
  }

  /// Equal values give equal bytes; byte strings (`Data`) become base64.
  ///
  /// - Parameter subject: what is encoded, for the error: a file's path, `step 40`.
  /// - Throws: `InputError` that names the field where a number is NaN or infinite, which JSON has no word for.
  package static func encode(_ value: some Encodable, layout: Layout = .compact, of subject: String) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if layout == .pretty { encoder.outputFormatting.insert(.prettyPrinted) }
    do {
      return try encoder.encode(value)
    } catch EncodingError.invalidValue(let found, let context) {
      let field = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
      throw InputError(
        subject, found: "\(found)\(field.isEmpty ? "" : " in \(field)")", expected: "finite numbers",
        advice: "A number that isn't finite mostly comes of training that diverged: try a lower --set learningRate=….")
    }
  }
}
