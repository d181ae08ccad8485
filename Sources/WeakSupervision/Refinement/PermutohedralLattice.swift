import CKernels
import Support

/// A Gaussian filter over points of a feature space, exp(-|f_i - f_j|^2 / 2), normalised symmetrically:
///
///     out_i = sum_j K(i, j) / sqrt(n_i n_j) in_j,   n_i = sum_j K(i, j)
///
/// approximated on the permutohedral lattice (Adams, Baek and Davis, "Fast high-dimensional filtering using the
/// permutohedral lattice", Eurographics 2010): values are splatted onto the corners of the simplex around each point,
/// blurred along the lattice's d + 1 axes with (1/2, 1, 1/2), and sliced at the points again. Axes and rounding are those
/// of Krähenbühl and Koltun's program, so the approximation is theirs, too.
///
/// Building one costs some 100 ns a point and corner; it serves any number of filterings.
struct PermutohedralLattice {
  let dimensions: Int
  let points: Int
  let vertices: Int
  /// `[points][dimensions + 1]`, counted from 1.
  private let vertex: [Int32]
  /// `[points][dimensions + 1]`: barycentric coordinates, each over the root of its point's n_i and times that of the
  /// blur's gain.
  private let weight: [Float]
  /// `[dimensions + 1][vertices][2]`; 0 stands for a vertex that holds nothing.
  private let neighbours: [Int32]

  /// - Throws: `InputError` for features so far out that lattice coordinates lose their precision.
  init(_ features: PointFeatures) throws {
    dimensions = features.dimensions
    points = features.count
    precondition(dimensions <= RSS_MOST_LATTICE_DIMENSIONS, "lattices of \(dimensions) dimensions aren't compiled in")
    // A float keeps 2^-4 of a deviation at 2^20 of them.
    if let far = features.values.first(where: { !(abs($0) <= 0x1p20) }) {
      throw InputError(
        "dense CRF", found: "a pixel that is \(far) deviations from the origin", expected: "at most 2^20",
        advice: "Raise the kernel's deviation, or look at the image's range, which should be 0...1.")
    }
    let corners = dimensions + 1
    let most = points * corners
    precondition(most < 1 << 29, "\(points) points are too many for 32-bit vertex numbers")
    // At most half full.
    let tableBits = Int32(Int.bitWidth - (2 * (most + 1)).leadingZeroBitCount)
    var vertex = [Int32](repeating: 0, count: most)
    var weight = [Float](repeating: 0, count: most)
    var keys = [Int32](repeating: 0, count: (most + 1) * dimensions)
    var table = [Int32](repeating: 0, count: 1 << Int(tableBits))
    vertices = rss_lattice_embed(
      &vertex, &weight, &keys, &table, tableBits, features.values, points, Int32(dimensions))
    var neighbours = [Int32](repeating: 0, count: 2 * corners * vertices)
    rss_lattice_neighbours(&neighbours, keys, table, tableBits, vertices, Int32(dimensions))
    (self.vertex, self.neighbours) = (vertex, neighbours)
    self.weight = Self.normalized(
      weight, vertex: vertex, neighbours: neighbours, vertices: vertices, points: points, dimensions: dimensions)
  }

  /// target += factor times the filtered values; rows of both are as wide.
  func addFiltered(_ values: PaddedScores, times factor: Float, to target: inout PaddedScores) {
    precondition(values.pixels == points && target.pixels == points && values.row == target.row, "a row for each point")
    let scaled = factor == 1 ? weight : weight.map { $0 * factor.squareRoot() }
    Self.filter(
      values.values, onto: &target.values, row: values.row, vertex: vertex, weight: scaled, neighbours: neighbours,
      vertices: vertices, points: points, dimensions: dimensions)
  }

  /// The weights of a filter that is normalised symmetrically: the filter of ones gives n.
  private static func normalized(
    _ weight: [Float], vertex: [Int32], neighbours: [Int32], vertices: Int, points: Int, dimensions: Int
  ) -> [Float] {
    let row = Int(RSS_ROW_UNIT)
    let ones = [Float](repeating: 1, count: points * row)
    var sums = [Float](repeating: 0, count: points * row)
    filter(
      ones, onto: &sums, row: row, vertex: vertex, weight: weight, neighbours: neighbours, vertices: vertices,
      points: points, dimensions: dimensions)
    // Any gain of the blur cancels out here. 1e-20 as in Krähenbühl's program, against a division by zero.
    return weight.indices.map { weight[$0] / (sums[$0 / (dimensions + 1) * row] + 1e-20).squareRoot() }
  }

  private static func filter(
    _ values: [Float], onto target: inout [Float], row: Int, vertex: [Int32], weight: [Float], neighbours: [Int32],
    vertices: Int, points: Int, dimensions: Int
  ) {
    var first = [Float](repeating: 0, count: (vertices + 1) * row)
    var second = first
    rss_lattice_filter(
      &target, values, &first, &second, vertex, weight, neighbours, points, vertices, Int32(dimensions), Int32(row))
  }
}
