import Images
import Support

/// One part of Fashion-MNIST: grey images of garments, 28 x 28 pixels, each with one of ten classes.
///
/// Source: Xiao, Rasul, Vollgraf, "Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning Algorithms",
/// arXiv 1708.07747 (MIT licence); Debian's package `dataset-fashion-mnist`.
struct FashionMNIST {
  /// Which of its two parts: 60,000 training and 10,000 test images.
  enum Part: String {
    case train
    case test = "t10k"
  }

  /// Side of an image in pixels.
  static let side = 28

  /// The ten classes in the order of their ids.
  static let classNames = [
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
  ]

  /// The most bytes a file may decompress to: five times the 47 MB of the training images.
  private static let limit = 256 << 20

  /// Intensities 0...255, `[N, 28, 28]`.
  let pixels: ArraySlice<UInt8>
  /// Class ids 0...9, `[N]`.
  let labels: ArraySlice<UInt8>
  /// Hash of both files' contents.
  let fingerprint: String

  var count: Int { labels.count }

  /// Reads `<part>-images-idx3-ubyte.gz` and `<part>-labels-idx1-ubyte.gz`.
  ///
  /// - Throws: `InputError` that names the file which is missing, damaged or contradicts the other.
  init(_ part: Part, directory: String) throws {
    let advice =
      "Install Debian's package dataset-fashion-mnist (`apt-get install dataset-fashion-mnist`), or set"
      + " RSS_FASHION_MNIST to a folder that holds the four files of Fashion-MNIST."
    _ = try FileReading.names(in: directory, expected: "the folder of Fashion-MNIST", advice: advice)

    func read(_ file: String, dimensions: Int) throws -> (path: String, idx: IDXFile) {
      let path = "\(directory)/\(part.rawValue)-\(file)-ubyte.gz"
      let bytes = try Gzip.read(
        path, expected: "Fashion-MNIST's \(file) file", advice: advice, limit: Self.limit)
      return (path, try IDXFile(bytes, path: path, dimensions: dimensions))
    }
    let labels = try read("labels-idx1", dimensions: 1)
    if let wrong = labels.idx.elements.first(where: { Int($0) >= Self.classNames.count }) {
      throw InputError(
        labels.path, found: "the class \(wrong)", expected: "classes 0...9",
        advice: "This is another data set of the IDX format; install Fashion-MNIST.")
    }
    let images = try read("images-idx3", dimensions: 3)
    guard images.idx.sizes[1...] == [Self.side, Self.side] else {
      throw InputError(
        images.path, found: "images of \(images.idx.sizes[2])x\(images.idx.sizes[1])", expected: "28x28",
        advice: "This is another data set of the IDX format; install Fashion-MNIST.")
    }
    guard images.idx.sizes[0] == labels.idx.sizes[0] else {
      throw InputError(
        labels.path, found: "\(labels.idx.sizes[0]) labels", expected: "\(images.idx.sizes[0]), one for each image",
        advice: "The two files don't belong together; install both again.")
    }
    pixels = images.idx.elements
    self.labels = labels.idx.elements
    var hash = Fingerprint()
    for part in [self.labels, pixels] { part.withUnsafeBytes { hash.add($0) } }
    fingerprint = hash.hexadecimal
  }

  /// The intensities of one garment in 0...1, averaged down to `size` x `size` pixels.
  func garment(at index: Int, size: Int) -> [Float] {
    let area = Self.side * Self.side
    let start = pixels.startIndex + index * area
    let values = pixels[start..<start + area].map { Float($0) / 255 }
    guard size != Self.side else { return values }
    return Image(width: Self.side, height: Self.side, channels: 1, values: values)
      .resizedByArea(width: size, height: size).values
  }
}
