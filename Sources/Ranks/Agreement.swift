import Foundation
import Support

extension Communicator {
  /// What rank 0 finds out, told to all; its error is everyone's.
  ///
  /// - Parameter find: run by rank 0 alone.
  /// - Throws: `InputError` as `find` has thrown it. Any other error stays with rank 0, and is thrown there alone.
  package func first<Value: Codable>(_ find: () throws -> Value) throws -> Value {
    guard count > 1 else { return try find() }
    var told = Told<Value>()
    if isFirst {
      do { told.value = try find() } catch let error as InputError { told.error = error }
    }
    let bytes = gatherEach(isFirst ? Array(try JSONEncoder().encode(told)) : [])[0]
    if isFirst, let value = told.value { return value }
    told = try JSONDecoder().decode(Told<Value>.self, from: Data(bytes))
    if let value = told.value { return value }
    throw told.error ?? InputError("rank 0", found: "no answer", expected: "one", advice: "Start the ranks again.")
  }

  /// Checks that all ranks have the same: settings, data, weights.
  ///
  /// - Parameter differences: between another rank's value and that of rank 0, in words.
  /// - Throws: `InputError` that names the first rank with another value and what differs; on all ranks alike.
  package func agree<Value: Codable>(
    on subject: String, _ value: Value, differences: (_ theirs: Value, _ first: Value) throws -> [String]
  ) throws {
    guard count > 1 else { return }
    let own = try JSONEncoder().encode(Named(host: hostName, value: value))
    let all = try gatherEach(Array(own)).map { try JSONDecoder().decode(Named<Value>.self, from: Data($0)) }
    for (rank, theirs) in all.enumerated().dropFirst() {
      let found = try differences(theirs.value, all[0].value)
      guard found.isEmpty else {
        throw InputError(
          subject, found: "on rank \(rank) (\(theirs.host)) \(found.joined(separator: "; "))",
          expected: "the same as on rank 0 (\(all[0].host))",
          advice: "Give all machines the same program, data and options.")
      }
    }
  }

  /// The names of all ranks' machines, in the order of ranks.
  package var hosts: [String] {
    gatherEach(Array(hostName.utf8)).map { String(decoding: $0, as: UTF8.self) }
  }
}

private struct Told<Value: Codable>: Codable {
  var value: Value?
  var error: InputError?
}

private struct Named<Value: Codable>: Codable {
  var host: String
  var value: Value
}
