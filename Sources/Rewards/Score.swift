/// How well one action map agrees with the truth, as one number in 0...1: the image-level reward.
public enum Score: String, Codable, Sendable, CaseIterable {
  /// Mean IoU over the classes present in the truth.
  case meanIoU
  /// Correct pixels over all pixels with a label.
  case pixelAccuracy
  /// Mean over the classes present in the truth of the part of their pixels that were found.
  case meanClassAccuracy
  /// Mean over the classes present in the truth of the Dice coefficient, 2 |both| / (|truth| + |predicted|).
  case dice

  /// The score from counts over the pixels with a label.
  ///
  /// - Parameters:
  ///   - intersection: of each class, pixels where prediction and truth are both that class.
  ///   - predicted: of each class, pixels predicted so.
  ///   - truth: of each class, pixels that are so.
  /// - Returns: 0 where no pixel has a label, so that an all-void image gives every map the same reward.
  func callAsFunction(
    intersection: (Int) -> Int32, predicted: (Int) -> Int32, truth: UnsafeBufferPointer<Int32>
  ) -> Double {
    switch self {
    case .meanIoU:
      return mean(over: truth) { k in
        let hits = intersection(k)
        return Double(hits) / Double(truth[k] + predicted(k) - hits)
      }
    case .meanClassAccuracy:
      return mean(over: truth) { Double(intersection($0)) / Double(truth[$0]) }
    case .dice:
      return mean(over: truth) { Double(2 * intersection($0)) / Double(truth[$0] + predicted($0)) }
    case .pixelAccuracy:
      var hits = 0
      var total = 0
      for k in truth.indices where truth[k] > 0 {
        hits += Int(intersection(k))
        total += Int(truth[k])
      }
      return total > 0 ? Double(hits) / Double(total) : 0
    }
  }

  /// Summed in the order of the class ids: data-scripts/reward_server.py does the same and gets the same bits.
  private func mean(over truth: UnsafeBufferPointer<Int32>, _ value: (Int) -> Double) -> Double {
    var sum = 0.0
    var present = 0
    for k in truth.indices where truth[k] > 0 {
      sum += value(k)
      present += 1
    }
    return present > 0 ? sum / Double(present) : 0
  }
}
