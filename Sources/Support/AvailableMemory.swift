import Foundation

/// How much memory this process can still take before the system would end it.
package enum AvailableMemory {
  /// In bytes: the least of what the machine has, what the control groups of this process leave it, and what its own limit
  /// of addresses does (`ulimit -v`); nil where the system says none of them.
  package static var bytes: Int? {
    [
      inMachine(text("/proc/meminfo")), inControlGroups(text("/proc/self/cgroup")),
      inAddresses(text("/proc/self/statm")),
    ]
    .compactMap(\.self).min()
  }

  /// - Parameter meminfo: `/proc/meminfo`, whose MemAvailable counts what the system can give back.
  static func inMachine(_ meminfo: String) -> Int? {
    meminfo.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
      .flatMap { $0.split(separator: " ").dropFirst().first.flatMap { Int($0) } }.map { $0 << 10 }
  }

  /// - Parameters:
  ///   - groups: `/proc/self/cgroup`, a line `number:controllers:path` each; version 2 names no controllers.
  ///   - root: where the groups are mounted. In a container a group's path may lead nowhere; its mount is looked at, too.
  static func inControlGroups(_ groups: String, root: String = "/sys/fs/cgroup") -> Int? {
    groups.split(separator: "\n").flatMap { line -> [Int] in
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3, parts[1].isEmpty || parts[1].split(separator: ",").contains("memory") else { return [] }
      let mount = parts[1].isEmpty ? root : "\(root)/memory"
      let folders = parts[2].split(separator: "/").reduce(into: [mount]) { $0.append("\($0[$0.count - 1])/\($1)") }
      return folders.compactMap(left)
    }.min()
  }

  /// A group's limit without what its processes hold; files that the system keeps in memory for them can be given back.
  private static func left(inGroup folder: String) -> Int? {
    let limit = ["memory.max", "memory.limit_in_bytes"].lazy.compactMap { name in
      Int(text("\(folder)/\(name)").filter { !$0.isWhitespace })
    }.first
    let held = text("\(folder)/memory.stat").split(separator: "\n").lazy.compactMap { line -> Int? in
      let parts = line.split(separator: " ")
      return parts.count == 2 && (parts[0] == "anon" || parts[0] == "total_rss") ? Int(parts[1]) : nil
    }.first
    return limit.map { max(0, $0 - (held ?? 0)) }
  }

  /// - Parameter statm: `/proc/self/statm`, whose first number counts pages of addresses.
  private static func inAddresses(_ statm: String) -> Int? {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0, limit.rlim_cur < rlim_t(Int.max),
      let pages = statm.split(separator: " ").first.flatMap({ Int($0) })
    else { return nil }
    return max(0, Int(limit.rlim_cur) - pages * Int(sysconf(Int32(_SC_PAGESIZE))))
  }

  private static func text(_ path: String) -> String {
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}
