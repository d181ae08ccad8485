import CMPI
import Glibc
import Support

/// The ranks that `mpirun` or `srun` has started, by Open MPI.
public final class MPI: Communicator {
  /// As the protocol says.
  public let rank: Int
  /// As the protocol says.
  public let count: Int
  // The library lets one thread in at a time. Nothing waits in there, so nobody waits for whoever waits.
  private let turn = Lock()

  /// Whether this process was started as one of several: by mpirun, or by srun with PMIx.
  public static var hasStartedThis: Bool {
    getenv("OMPI_COMM_WORLD_SIZE") != nil || getenv("PMIX_RANK") != nil
  }

  /// How many mpirun or srun has started; nil where neither has.
  public static var startedRanks: Int? {
    guard hasStartedThis, let text = getenv("OMPI_COMM_WORLD_SIZE") ?? getenv("SLURM_NTASKS") else { return nil }
    return Int(String(cString: text))
  }

  /// Joins the others.
  ///
  /// - Throws: `InputError` where Open MPI's library isn't on this machine, or is another's.
  public init() throws {
    if let problem = rss_mpi_open() {
      throw InputError(
        "MPI", found: String(cString: problem), expected: "Open MPI's library, version 4 or 5",
        advice: "Install it (Debian: openmpi-bin), or start the program without mpirun.")
    }
    (rank, count) = (Int(rss_mpi_rank()), Int(rss_mpi_size()))
  }

  /// As the protocol says.
  public func gather(_ bytes: UnsafeRawBufferPointer, sizes: [Int]?) -> [[UInt8]] {
    let counts = sizes ?? self.sizes(own: bytes.count)
    // MPI counts in 32 bits: a gigabyte at a time.
    let piece = (1 << 30) / count
    var all = [[UInt8]](repeating: [], count: count)
    for first in stride(from: 0, to: counts.max() ?? 0, by: piece) {
      let own = UnsafeRawBufferPointer(rebasing: bytes[min(first, bytes.count)..<min(first + piece, bytes.count)])
      let parts = gather(own, counts: counts.map { Int32(max(0, min(piece, $0 - first))) })
      for (rank, part) in parts.enumerated() { all[rank] += part }
    }
    return all
  }

  /// How many bytes each rank has.
  private func sizes(own: Int) -> [Int] {
    let each = [Int32](repeating: Int32(MemoryLayout<Int>.size), count: count)
    return withUnsafeBytes(of: own) { gather($0, counts: each) }
      .map { $0.withUnsafeBytes { $0.loadUnaligned(as: Int.self) } }
  }

  private func gather(_ bytes: UnsafeRawBufferPointer, counts: [Int32]) -> [[UInt8]] {
    var offsets = [Int32](repeating: 0, count: count)
    for rank in 1..<count { offsets[rank] = offsets[rank - 1] + counts[rank - 1] }
    var all = [UInt8](repeating: 0, count: Int(offsets[count - 1] + counts[count - 1]))
    all.withUnsafeMutableBytes { all in
      wait(begin { rss_mpi_gather(bytes.baseAddress, Int32(bytes.count), all.baseAddress, counts, offsets) })
    }
    return (0..<count).map { Array(all[Int(offsets[$0])..<Int(offsets[$0] + counts[$0])]) }
  }

  /// As the protocol says.
  public func send(_ bytes: UnsafeRawBufferPointer, to rank: Int, tag: Int) -> Message {
    begin { rss_mpi_send(bytes.baseAddress, Int32(bytes.count), Int32(rank), Int32(tag)) }
  }

  /// As the protocol says.
  public func receive(_ bytes: UnsafeMutableRawBufferPointer, from rank: Int, tag: Int) -> Message {
    begin { rss_mpi_receive(bytes.baseAddress, Int32(bytes.count), Int32(rank), Int32(tag)) }
  }

  /// As the protocol says.
  public func add(_ numbers: UnsafeMutableBufferPointer<Float>) -> Message {
    begin { rss_mpi_add(numbers.baseAddress, Int32(numbers.count)) }
  }

  /// As the protocol says.
  public func isDone(_ message: inout Message) -> Bool {
    turn { rss_mpi_is_done(&message.request) }
  }

  private func begin(_ start: () -> rss_mpi_request?) -> Message {
    Message(turn(start))
  }

  private func wait(_ message: Message) {
    var (message, patience) = (message, Patience())
    while !isDone(&message) { patience.pause() }
  }

  /// Leaves, with the others.
  public func close() { turn(rss_mpi_close) }

  /// Ends all ranks, wherever they are.
  public func abort(status: Int32) { rss_mpi_abort(status) }
}

/// How to wait for another process without taking its core: looks again at once, then gives the core away, then sleeps.
package struct Patience {
  private var looks = 0
  /// After some 2 ms: what ranks wait for one another in a step is less, and a sleep lasts 70 us longer than it has to.
  private static let polite = 2000

  package init() {}

  package mutating func pause() {
    looks += 1
    switch looks {
    case ..<64: break
    case ..<Self.polite: sched_yield()
    default: usleep(20)
    }
  }
}
