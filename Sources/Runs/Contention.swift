import Glibc
import Tensors

/// Notices that other programs take cores which this one's threads wait for one another on.
///
/// Every operation of a step ends when its slowest thread does, so one busy neighbour on two cores makes a step three to
/// four times slower, not twice (benchmarks/README.md). Shards meet a few times a step instead.
struct Contention {
  /// How long to look, and how often a second threads must have lost their core meanwhile to say so: alone it was 1 to 8 times,
  /// beside one busy process 250 to 500 times.
  private static let seconds = 3.0
  private static let losses = 50.0

  private let start = ContinuousClock.now
  private let lossesBefore = Self.lossesSoFar
  private var isDecided = false

  /// What to say, once, some seconds after the beginning; nil is nothing, or nothing yet.
  mutating func note(hasShards: Bool) -> String? {
    guard !isDecided, Threads.count > 1, !hasShards else { return nil }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    guard seconds >= Self.seconds else { return nil }
    isDecided = true
    let rate = Double(Self.lossesSoFar - lossesBefore) / seconds
    guard rate >= Self.losses else { return nil }
    return
      "other programs use this machine's cores, and \(Threads.count) threads wait for one another at every operation: "
      + "--threads 1 is faster here, or --set shardSize=2, whose threads meet a few times a step (both round otherwise)"
  }

  /// How often the system has taken a core from this process's threads.
  private static var lossesSoFar: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_nivcsw
  }
}
