import Training

// Rows that train until cross-entropy has flattened, and differ from those they are named after in nothing but their steps.
// Times are theirs times the steps.

extension Row {
  /// Longer training, up to twice the steps after which cross-entropy has flattened: on the tuning split, mean of seeds 1 and
  /// 2, it gets 0.723, 0.758, 0.769 and 0.765 after 500, 1000, 2000 and 4000; PSD with regression 0.696, 0.732, 0.756, 0.768.
  package static let fashion32Longer = [1000, 2000, 4000].flatMap { steps in
    [fashion32CrossEntropy, fashion32Image, fashion32ImageRegression].map { $0.trained(for: steps) }
  }
  /// As many steps as cross-entropy takes to flatten: on the tuning split, seed 1, it gets 0.541 after 1200 steps, 0.551
  /// after 2400 and 0.550 after 4800; PSD with regression 0.488 after 1200 and 0.551 after 2400.
  package static let fashion64Longer = [fashion64CrossEntropy, fashion64Image, fashion64ImageRegression].map {
    $0.trained(for: 2400)
  }
  /// CamVid's rare classes take more than its 600 steps.
  package static let camvidLonger = [camvidCrossEntropy, camvidImage, camvidImageRegression].map {
    $0.trained(for: 2400)
  }

  /// Rows that differ from others in nothing but the number of steps.
  package static let longer = fashion32Longer + fashion64Longer + camvidLonger

  /// The rows that differ from this one in nothing but more steps.
  package var longer: [Row] { Self.longer.filter { $0 == trained(for: $0.recipe.steps) } }

  /// The same row with another number of steps, under its name with that number.
  package func trained(for steps: Int) -> Row {
    Row("\(name)-\(steps)", "\(title), \(steps) steps", data, recipe.with(\.steps, steps))
  }
}
