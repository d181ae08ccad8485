import Foundation
import Glibc
import Testing

/// The command-line program as a process.
package struct RSSProcess {
  package let status: Int32
  package let ended: Process.TerminationReason
  package let output: String
  package let errors: String

  /// The program among the products of the build that made these tests; nil where it wasn't built.
  package static let executable: String? = {
    let products = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let candidates = [
      products.appendingPathComponent("rss"), products.deletingLastPathComponent().appendingPathComponent("rss"),
      Bundle.main.bundleURL.appendingPathComponent("rss"), package.appendingPathComponent(".build-test/release/rss"),
      package.appendingPathComponent(".build/release/rss"),
    ]
    return candidates.map(\.path).first { path in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
        && FileManager.default.isExecutableFile(atPath: path)
    }
  }()

  package static let isBuilt = executable != nil
  package static let reason: Comment = "the program rss isn't built: swift build -c release"

  /// Runs it in an empty folder, with one thread, until it ends.
  package init(_ arguments: [String], environment: [String: String] = [:]) throws {
    self = try Running(arguments, environment: environment).wait()
  }

  /// One that hasn't ended yet; it is killed with the last reference to it.
  package final class Running {
    private let folder: TemporaryFolder
    private let process = Process()
    package var identifier: Int32 { process.processIdentifier }

    package init(_ arguments: [String], environment changes: [String: String] = [:]) throws {
      let folder = try TemporaryFolder()
      self.folder = folder
      let files = try ["out", "err"].map { name in
        try folder.write("", to: name)
        return try FileHandle(forWritingTo: URL(fileURLWithPath: "\(folder.path)/\(name)"))
      }
      process.executableURL = URL(fileURLWithPath: try #require(RSSProcess.executable))
      process.arguments = arguments
      var environment = ProcessInfo.processInfo.environment
      environment["OMP_NUM_THREADS"] = "1"
      process.environment = environment.merging(changes) { $1 }
      process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
      (process.standardOutput, process.standardError) = (files[0], files[1])
      process.standardInput = FileHandle.nullDevice
      try process.run()
    }

    deinit { if process.isRunning { kill(identifier, SIGKILL) } }

    package var isRunning: Bool { process.isRunning }

    package func send(_ signal: Int32) { kill(identifier, signal) }

    /// Looks every millisecond whether the condition holds.
    package func wait(until condition: () -> Bool, sourceLocation: SourceLocation = #_sourceLocation) throws {
      let end = ContinuousClock.now + .seconds(60)
      while !condition() {
        try #require(
          process.isRunning && ContinuousClock.now < end, "it ended or took too long", sourceLocation: sourceLocation)
        usleep(1000)
      }
    }

    package func wait() throws -> RSSProcess {
      process.waitUntilExit()
      return RSSProcess(
        status: process.terminationStatus, ended: process.terminationReason,
        output: try String(contentsOfFile: "\(folder.path)/out", encoding: .utf8),
        errors: try String(contentsOfFile: "\(folder.path)/err", encoding: .utf8))
    }
  }

  private init(status: Int32, ended: Process.TerminationReason, output: String, errors: String) {
    (self.status, self.ended, self.output, self.errors) = (status, ended, output, errors)
  }

  /// One JSON object and nothing else.
  package func object(sourceLocation: SourceLocation = #_sourceLocation) throws -> [String: Any] {
    let lines = output.split(separator: "\n", omittingEmptySubsequences: false)
    try #require(lines.count == 2 && lines[1].isEmpty, "\(output)", sourceLocation: sourceLocation)
    let object = try JSONSerialization.jsonObject(with: Data(lines[0].utf8))
    return try #require(object as? [String: Any], sourceLocation: sourceLocation)
  }

  /// That the program refuses: status 65, an error on standard error that has all the parts given, nothing on standard
  /// output, and no trap.
  package static func expectRefusal(
    _ arguments: [String], environment: [String: String] = [:], saying parts: [String],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let run = try RSSProcess(arguments, environment: environment)
    #expect(run.ended == .exit && run.status == 65, "\(run.errors)", sourceLocation: sourceLocation)
    #expect(run.output.isEmpty, sourceLocation: sourceLocation)
    let error = run.errors.split(separator: "\n").last { $0.hasPrefix("error: ") } ?? ""
    for part in ["found ", "; expected "] + parts {
      #expect(error.contains(part), "\(run.errors)", sourceLocation: sourceLocation)
    }
  }
}

/// A folder that holds a data folder's run of five steps, made once for all tests that need a checkpoint.
package struct TrainedFolder: Sendable {
  package let data: TemporaryFolder
  package let runs: TemporaryFolder
  package let result: Data

  package var checkpoint: String { "\(runs.path)/run/checkpoint.safetensors" }

  package static let shared = Result { try TrainedFolder() }

  private init() throws {
    data = try rectangleFolder()
    runs = try TemporaryFolder()
    let run = try RSSProcess([
      "train", "folder/ce", "--data", data.path, "--out", "\(runs.path)/run", "--set", "size=16x16", "--set", "steps=5",
      "--set", "networkWidth=2", "--set", "batchSize=4", "--json", "--quiet",
    ])
    try #require(run.status == 0, "\(run.errors)")
    #expect(run.errors.isEmpty)
    _ = try run.object()
    result = Data(run.output.utf8)
    // A static value is never released, so its folders are removed when the tests end.
    atexit {
      guard let trained = try? TrainedFolder.shared.get() else { return }
      for folder in [trained.data, trained.runs] { try? FileManager.default.removeItem(atPath: folder.path) }
    }
  }
}
