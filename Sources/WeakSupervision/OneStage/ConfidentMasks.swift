import Images

extension TagScores {
  /// Labels where exactly one class is confident, 255 elsewhere (Araslanov and Roth 2020): class c is confident at a pixel
  /// whose score exceeds
  ///
  ///     max(least, part_c max over p of score_pc)
  ///
  /// with a part of its own for the background. Where two classes are, the pixel is in conflict and says nothing.
  func confidentLabels(
    above part: Float, background: UInt8, above backgroundPart: Float, least: Float
  ) -> LabelMap {
    let count = classes.count
    var labels = LabelMap(width: width, height: height, fill: LabelMap.void)
    var bounds = [Float](repeating: 0, count: count)
    for (i, value) in values.enumerated() { bounds[i % count] = max(bounds[i % count], value) }
    for k in 0..<count { bounds[k] = max(least, bounds[k] * (classes[k] == background ? backgroundPart : part)) }
    for p in 0..<width * height {
      let confident = (0..<count).filter { values[p * count + $0] > bounds[$0] }
      if confident.count == 1 { labels.classes[p] = classes[confident[0]] }
    }
    return labels
  }
}
