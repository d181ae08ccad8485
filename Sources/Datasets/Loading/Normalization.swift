import Support

/// The mean and standard deviation that bring each channel to mean 0 and deviation 1: `(v - mean) / deviation`.
public struct Normalization: Sendable, Equatable, Codable {
  /// One number for each channel.
  public let mean: [Float]
  /// One number for each channel, none of them 0.
  public let standardDeviation: [Float]

  /// - Precondition: as many deviations as means, all of them positive.
  public init(mean: [Float], standardDeviation: [Float]) {
    precondition(
      mean.count == standardDeviation.count && standardDeviation.allSatisfy { $0 > 0 },
      "a normalization needs a positive deviation for each mean")
    self.mean = mean
    self.standardDeviation = standardDeviation
  }

  /// Of the images that it makes.
  var channels: Int { mean.count }

  /// Grey images can become colour, never the other way.
  func requireFit(to dataset: any ImageDataset) {
    precondition(
      channels == dataset.channels || dataset.channels == 1,
      "a normalization of \(channels) channels for the \(dataset.channels) of \(dataset.name)")
  }

  /// Leaves pixels as they are.
  public static func identity(channels: Int) -> Normalization {
    Normalization(
      mean: [Float](repeating: 0, count: channels), standardDeviation: [Float](repeating: 1, count: channels))
  }

  /// Measures a training split.
  ///
  /// The statistics are over every pixel of at most `images` images, evenly spaced in the split; the deviation is
  /// that of the population, sqrt(E[v^2] - E[v]^2). A constant channel gets the deviation 1, so that it becomes 0.
  ///
  /// - Parameter images: 500 of them give a mean that is good to 1% of a deviation on every data set here.
  /// - Throws: `InputError` for a sample that can't be read.
  /// - Cost: reads that many samples.
  public init(measuring dataset: any ImageDataset, images: Int = 500) throws {
    precondition(images > 0 && dataset.count > 0, "statistics of no image")
    let used = min(images, dataset.count)
    let channels = dataset.channels
    var sums = [Double](repeating: 0, count: channels)
    var squares = [Double](repeating: 0, count: channels)
    var pixels = 0
    for position in 0..<used {
      let image = try dataset.image(at: position * dataset.count / used)
      precondition(image.channels == channels, "\(dataset.name) promised \(channels) channels, not \(image.channels)")
      pixels += image.width * image.height
      image.values.withUnsafeBufferPointer { values in
        for c in 0..<channels {
          var sum = 0.0
          var square = 0.0
          for i in stride(from: c, to: values.count, by: channels) {
            let value = Double(values[i])
            sum += value
            square += value * value
          }
          sums[c] += sum
          squares[c] += square
        }
      }
    }
    let total = Double(max(pixels, 1))
    let smallest = 1e-5  // far under a step of 8 bits (0.004), far over the rounding of a constant channel's sums
    mean = sums.map { Float($0 / total) }
    standardDeviation = zip(sums, squares).map { sum, square in
      let variance = square / total - (sum / total) * (sum / total)
      return variance > smallest * smallest ? Float(variance.squareRoot()) : 1
    }
  }

  private enum CodingKeys: String, CodingKey { case mean, standardDeviation }

  /// - Throws: `DecodingError` when the two lists differ in length or a deviation isn't positive.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    mean = try container.decode([Float].self, forKey: .mean)
    standardDeviation = try container.decode([Float].self, forKey: .standardDeviation)
    guard mean.count == standardDeviation.count, standardDeviation.allSatisfy({ $0 > 0 }) else {
      throw DecodingError.dataCorruptedError(
        forKey: .standardDeviation, in: container, debugDescription: "expected a positive number for each mean")
    }
  }
}
