import Records
import Training

/// Means over the steps of one metrics line.
struct StepWindow: Codable, Equatable {
  private struct Mean: Codable, Equatable {
    var sum = 0.0
    var count = 0

    mutating func add(_ value: Double?) {
      guard let value else { return }
      sum += value
      count += 1
    }

    var value: Double? { count > 0 ? sum / Double(count) : nil }
  }

  private var loss = Mean()
  private var reward = Mean()
  private var gradientNorm = Mean()
  private var learningRate: Float?
  private var step = 0

  mutating func add(_ step: TrainingEvent.Step) {
    loss.add(step.outcome.loss)
    reward.add(step.outcome.reward)
    gradientNorm.add(step.gradientNorm)
    (learningRate, self.step) = (step.learningRate, step.step)
  }

  func line(seconds: Double, queries: Int) -> MetricsLine {
    var line = MetricsLine(step: step, seconds: seconds, queries: queries)
    (line.loss, line.reward, line.gradientNorm) = (loss.value, reward.value, gradientNorm.value)
    line.learningRate = learningRate
    return line
  }
}
