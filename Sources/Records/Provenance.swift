import Foundation
import Tensors

/// What a number came from: enough to run it again and to explain a difference.
package struct Provenance: Codable, Sendable, Equatable {
  /// Where the checkout stands that the program lies in, when the run begins; "unknown" outside one. `+` marks uncommitted
  /// changes.
  package var commit: String
  package var oneDNN: String
  package var openBLAS: String
  package var cpu: String
  package var threads: Int
  /// UTC, ISO 8601.
  package var date: String
  /// What computed it (`Libraries.kernels`), several where a run went on with others than it began with: then its bytes
  /// aren't those of a run that was never stopped. Nil in records from before it was kept.
  package var kernels: [String]?
  /// Of several ranks, each one's machine; nil is one process.
  package var hosts: [String]?

  /// The processor and how much of it was used.
  package var machine: String {
    let own = "\(cpu), \(threads) \(threads == 1 ? "thread" : "threads")"
    guard let hosts else { return own }
    let machines = Set(hosts).count
    return "\(hosts.count) ranks on \(machines) \(machines == 1 ? "machine" : "machines"), each \(own)"
  }

  package init(
    commit: String, oneDNN: String, openBLAS: String, cpu: String, threads: Int, date: String, kernels: [String]? = nil
  ) {
    (self.commit, self.oneDNN, self.openBLAS, self.kernels) = (commit, oneDNN, openBLAS, kernels)
    (self.cpu, self.threads, self.date) = (cpu, threads, date)
  }

  package static func current() -> Provenance {
    Provenance(
      commit: gitCommit(), oneDNN: Libraries.oneDNN, openBLAS: Libraries.openBLAS, cpu: processor(),
      threads: Threads.count, date: Date.now.formatted(.iso8601), kernels: [Libraries.kernels])
  }

  private static func gitCommit() -> String {
    guard let program = Bundle.main.executableURL?.resolvingSymlinksInPath() else { return "unknown" }
    let git = ["git", "-C", program.deletingLastPathComponent().path]
    // Another project's checkout, in which a copy of the program lies, says nothing.
    guard let root = output(of: git + ["rev-parse", "--show-toplevel"]),
      FileManager.default.fileExists(atPath: "\(root)/Sources/rss"),
      let commit = output(of: git + ["rev-parse", "--short=12", "HEAD"]), !commit.isEmpty
    else { return "unknown" }
    let changes = output(of: git + ["status", "--porcelain", "--untracked-files=no"]) ?? ""
    return changes.isEmpty ? commit : "\(commit)+"
  }

  private static func output(of command: [String]) -> String? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { return nil }
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private static func processor() -> String {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    return line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown"
  }
}

/// The largest resident memory of this process so far, in MB (10^6 bytes); 0 where the system doesn't tell.
package func peakMemoryMegabytes() -> Double {
  let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
  let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
  let kibibytes = line?.split(whereSeparator: { !$0.isNumber }).first.flatMap { Double($0) } ?? 0
  return kibibytes * 1024 / 1e6
}
