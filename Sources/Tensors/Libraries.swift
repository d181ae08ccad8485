import CKernels
import COneDNN
import COpenBLAS

/// The libraries that run, for the provenance of a run.
public enum Libraries {
  /// Such as "2.6.3".
  public static var oneDNN: String { String(cString: rss_dnnl_version()) }

  /// What the bits of a step follow from, apart from the number of threads: oneDNN's version and instructions, the version
  /// of our own loops that this processor runs, and OpenBLAS.
  public static var kernels: String {
    let (oneDNNs, ours) = (String(cString: rss_dnnl_instructions()), String(cString: rss_kernels_target()))
    return "oneDNN \(oneDNN) \(oneDNNs), loops \(ours), \(openBLAS)"
  }

  /// Version, kernel and threading of OpenBLAS.
  public static var openBLAS: String { String(cString: rss_openblas_description()) }

  /// Floating-point operations a second of one SGEMM of 1024 x 1024 by oneDNN, the best of ten: a yardstick for the
  /// machine. (Not OpenBLAS's: on a processor newer than itself it falls back to its slowest kernels.)
  public static func matrixMultiplicationRate() -> Double {
    let n = 1024
    let a = Tensor(filledWith: 0.5, shape: [n, n])
    let product = Tensor(uninitialized: [n, n])
    let best = (0..<10).map { _ in
      let start = ContinuousClock.now
      check(rss_matrix_multiply(Int32(n), a.address, a.address, product.address))
      return (ContinuousClock.now - start) / .seconds(1)
    }.min()
    return best.map { 2 * Double(n) * Double(n) * Double(n) / $0 } ?? 0
  }

  private static func check(_ status: rss_status) {
    precondition(status == 0, "oneDNN: \(String(cString: rss_status_text(status)))")
  }
}
