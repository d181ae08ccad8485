import Support

/// The IDX format of MNIST and Fashion-MNIST: a magic number, big-endian sizes, then one byte per element.
///
/// ```
/// 00 00 08 D | D sizes of 4 bytes | the elements
/// ```
/// `08` says unsigned bytes, `D` is the number of dimensions: 3 for images `[N, H, W]`, 1 for labels `[N]`.
///
/// Source: "The MNIST database of handwritten digits", section "File formats".
package struct IDXFile {
  /// The sizes, outermost first.
  let sizes: [Int]
  /// The elements in row-major order.
  let elements: ArraySlice<UInt8>

  /// - Throws: `InputError` that names the file when the magic number is another one, or when the number of bytes
  ///   isn't what the sizes ask for.
  package init(_ bytes: [UInt8], path: String, dimensions: Int) throws {
    let advice = "Download or install the file again."
    let expected = "an IDX file of unsigned bytes with \(dimensions) dimension\(dimensions == 1 ? "" : "s")"
    let header = 4 + 4 * dimensions
    guard bytes.count >= 4 else {
      throw InputError(path, found: "only \(bytes.count) bytes", expected: expected, advice: advice)
    }
    let magic = Self.number(bytes, at: 0)
    guard magic == 0x0800 + dimensions else {
      throw InputError(
        path, found: "the magic number \(magic)", expected: "\(expected) (magic number \(0x0800 + dimensions))",
        advice: "Check that images and labels aren't swapped, or install the file again.")
    }
    guard bytes.count >= header else {
      throw InputError(path, found: "a header that ends too early", expected: expected, advice: advice)
    }
    let sizes = (0..<dimensions).map { Self.number(bytes, at: 4 + 4 * $0) }
    var total = 1
    for size in sizes {
      let (product, overflow) = total.multipliedReportingOverflow(by: size)
      guard !overflow else {
        throw InputError(path, found: "impossible sizes \(sizes)", expected: expected, advice: advice)
      }
      total = product
    }
    guard bytes.count - header == total else {
      throw InputError(
        path, found: "\(bytes.count - header) bytes of data for sizes \(sizes)", expected: "\(total) bytes",
        advice: "The file is damaged. \(advice)")
    }
    self.sizes = sizes
    elements = bytes[header...]
  }

  private static func number(_ bytes: [UInt8], at offset: Int) -> Int {
    bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
  }
}
