import Metrics
import Support

extension RunRecord {
  /// Refuses numbers that can't be, and scores that aren't those of the record's confusion matrix: an edited mIoU would become a
  /// claim.
  ///
  /// - Throws: `InputError` that names the file and the field.
  func validate(readFrom file: String) throws {
    let check = FieldCheck(file: file)
    try check.count(steps, "steps", from: 1)
    try check.count(queries, "queries")
    try check.count(parameters, "parameters")
    try check.count(data.trainCount, "data.trainCount")
    try check.count(data.evaluationCount, "data.evaluationCount")
    try check.count(provenance.threads, "provenance.threads", from: 1)
    try check.seconds(seconds, "seconds")
    try check.need(peakMemoryMB >= 0 && peakMemoryMB.isFinite, "peakMemoryMB", peakMemoryMB, "0 or more")
    try check.need((1...255).contains(data.classes.count), "data.classes", "of \(data.classes.count)", "1 to 255 names")
    if let background = data.backgroundClass {
      try check.need(
        data.classes.indices.contains(background), "data.backgroundClass", background,
        "0 to \(data.classes.count - 1)")
    }
    try result.validate(classes: data.classes.count, backgroundClass: data.backgroundClass, check)
    try weak?.validate(check)
  }
}

extension RunRecord.Result {
  fileprivate func validate(classes: Int, backgroundClass: Int?, _ check: FieldCheck) throws {
    let counted: RunRecord.Result
    do {
      counted = Self(try ConfusionMatrix(classes: classes, counts: confusion), backgroundClass: backgroundClass)
    } catch let error as MetricError {
      throw InputError(
        check.file, found: "result.confusion that is no confusion matrix of \(classes) classes: \(error)",
        expected: "counts of pixels, rows truth", advice: "Delete the run's folder and run it again.")
    }
    try check.agree(mIoU, counted.mIoU, "result.mIoU")
    try check.agree(pixelAccuracy, counted.pixelAccuracy, "result.pixelAccuracy")
    try check.agree(meanClassAccuracy, counted.meanClassAccuracy, "result.meanClassAccuracy")
    try check.agree(backgroundIoU, counted.backgroundIoU, "result.backgroundIoU")
    try check.need(
      perClassIoU.count == classes, "result.perClassIoU", "of \(perClassIoU.count)", "one number for each class")
    for k in 0..<classes { try check.agree(perClassIoU[k], counted.perClassIoU[k], "result.perClassIoU[\(k)]") }
  }
}

extension WeakResult {
  fileprivate func validate(_ check: FieldCheck) throws {
    try check.count(tags, "weak.tags")
    try check.seconds(seconds, "weak.seconds")
    let shares = [
      ("seedMeanIoU", seedMeanIoU), ("refinedMeanIoU", refinedMeanIoU), ("oracleSeedMeanIoU", oracleSeedMeanIoU),
      ("tuningSeedMeanIoU", tuningSeedMeanIoU), ("tuningRefinedMeanIoU", tuningRefinedMeanIoU),
      ("meanAveragePrecision", meanAveragePrecision),
    ]
    for (field, value) in shares { try check.share(value, "weak.\(field)") }
    for (k, value) in averagePrecision.enumerated() { try check.share(value, "weak.averagePrecision[\(k)]") }
  }
}

extension MetricsLine {
  /// Refuses numbers that can't be.
  ///
  /// - Throws: `InputError` that names the file, with its line, and the field.
  func validate(readFrom file: String) throws(InputError) {
    let check = FieldCheck(file: file)
    try check.count(step, "step")
    try check.count(queries, "queries")
    try check.seconds(seconds, "seconds")
    for (field, value) in [("loss", loss), ("reward", reward), ("gradientNorm", gradientNorm)] {
      try check.finite(value, field)
    }
    try check.finite(learningRate.map(Double.init), "learningRate")
    try check.share(mIoU, "mIoU")
    try check.share(pixelAccuracy, "pixelAccuracy")
  }
}
