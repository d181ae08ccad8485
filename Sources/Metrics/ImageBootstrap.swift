import Randomness

/// What other images of the same kind would change: the percentile bootstrap interval of one network's mIoU over the images
/// that it was measured on.
///
/// The images are drawn anew, with replacement, `resamples` times; each time their matrices are summed and the sum has a mean
/// IoU, over the classes that occur in it. The (1 - level) / 2 and (1 + level) / 2 quantiles of those bound the interval. It
/// says nothing about other seeds, as intervals over seeds say nothing about other images.
///
/// - Parameter images: the confusion matrix of each image, all of as many classes.
/// - Returns: nil where there is no image, or a draw has no score (all void). `mean` is the score of all images, `count` their number.
///
/// The same arguments give the same bits: resample i draws from `RandomStream(seed:, purpose: .bootstrap, index: i)`.
/// Cost: O(resamples x images x classes^2). Source: Efron and Tibshirani, "An introduction to the bootstrap", 1993, chapter 13.
public func meanIoUOverImages(
  _ images: [ConfusionMatrix], level: Double = 0.95, resamples: Int = 10_000, seed: UInt64 = 0
) -> Interval? {
  bootstrap(images.count, level, resamples, seed) { drawn in sum(images, drawn).meanIoU }
}

/// The same of the ratio of two networks' mIoU, of the same images: an image is drawn for both, so that what makes it hard cancels.
///
/// - Parameters:
///   - numerators: the matrix of each image by one network.
///   - denominators: the matrix of the same images, in the same order, by the other.
/// - Returns: nil also where a draw's denominator is 0.
public func meanIoURatioOverImages(
  _ numerators: [ConfusionMatrix], over denominators: [ConfusionMatrix], level: Double = 0.95, resamples: Int = 10_000,
  seed: UInt64 = 0
) -> Interval? {
  precondition(numerators.count == denominators.count, "\(numerators.count) images over \(denominators.count)")
  return bootstrap(numerators.count, level, resamples, seed) { drawn in
    guard let above = sum(numerators, drawn).meanIoU, let below = sum(denominators, drawn).meanIoU, below > 0 else {
      return nil
    }
    return above / below
  }
}

/// - Parameter score: of a draw, which says how often each image is in it.
private func bootstrap(
  _ count: Int, _ level: Double, _ resamples: Int, _ seed: UInt64, score: ([Int]) -> Double?
) -> Interval? {
  precondition(level > 0 && level < 1, "a level between 0 and 1, not \(level)")
  precondition(resamples > 0 && resamples <= UInt32.max, "\(resamples) resamples")
  guard count > 0, let whole = score([Int](repeating: 1, count: count)) else { return nil }
  var scores: [Double] = []
  scores.reserveCapacity(resamples)
  var times = [Int](repeating: 0, count: count)
  for index in 0..<UInt32(resamples) {
    var stream = RandomStream(seed: seed, purpose: .bootstrap, index: index)
    for image in 0..<count { times[image] = 0 }
    for _ in 0..<count { times[stream.integer(below: count)] += 1 }
    guard let value = score(times) else { return nil }
    scores.append(value)
  }
  scores.sort()
  return Interval(
    mean: whole, lower: quantile((1 - level) / 2, of: scores), upper: quantile((1 + level) / 2, of: scores),
    count: count)
}

private func sum(_ images: [ConfusionMatrix], _ times: [Int]) -> ConfusionMatrix {
  var whole = ConfusionMatrix(classes: images[0].classes)
  for (image, count) in zip(images, times) where count > 0 { whole.merge(image, times: count) }
  return whole
}

/// The quantile of sorted numbers, between the two nearest ones in proportion (type 7 of Hyndman and Fan 1996).
func quantile(_ part: Double, of sorted: [Double]) -> Double {
  let position = part * Double(sorted.count - 1)
  let below = Int(position)
  let above = min(below + 1, sorted.count - 1)
  return sorted[below] + (position - Double(below)) * (sorted[above] - sorted[below])
}
