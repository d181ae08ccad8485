import COneDNN
import COpenBLAS

/// The libraries that run, for the provenance of a run.
public enum Libraries {
  /// Such as "2.6.3".
  public static var oneDNN: String { String(cString: rss_dnnl_version()) }

  /// Version, kernel and threading of OpenBLAS.
  public static var openBLAS: String { String(cString: rss_openblas_description()) }
}
