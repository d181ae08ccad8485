/// What something will hold in memory, known before it is begun.
package struct MemoryNeed: Sendable {
  /// Its parts, in words and in bytes.
  package private(set) var parts: [(what: String, bytes: Int)] = []

  package init() {}

  /// Saturates: settings can ask for more than can be counted.
  package mutating func add(_ what: String, _ bytes: Int...) {
    parts.append((what, bytes.reduce(1) { $0.multipliedReportingOverflow(by: $1).overflow ? Int.max : $0 * $1 }))
  }

  package var bytes: Int {
    parts.reduce(0) { $0.addingReportingOverflow($1.bytes).overflow ? Int.max : $0 + $1.bytes }
  }

  /// - Parameters:
  ///   - subject: what takes the memory, for the error.
  ///   - available: what there is; nil is unknown, and passes.
  ///   - advice: what to do where it is too little.
  /// - Throws: `InputError` with both numbers and the largest part, where it is.
  package func require(
    of subject: String, available: Int? = AvailableMemory.bytes, advice: String
  ) throws {
    guard let available, bytes > available, let largest = parts.max(by: { $0.bytes < $1.bytes }) else { return }
    throw InputError(
      subject,
      found: "a need of about \(gigabytes(bytes)), most of it (\(gigabytes(largest.bytes))) for \(largest.what)",
      expected: "at most \(gigabytes(available)), which is what there is", advice: advice)
  }

  private func gigabytes(_ bytes: Int) -> String {
    bytes == Int.max ? "more bytes than can be counted" : "\((Double(bytes) / 1e8).rounded() / 10) GB"
  }
}
