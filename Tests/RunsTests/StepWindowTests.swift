import Foundation
import Tensors
import Testing

@testable import Runs
@testable import Training

@Suite struct StepWindowTests {
  private func step(_ number: Int, loss: Double?, reward: Double?) -> TrainingEvent.Step {
    let gradient = Tensor(zeros: [1])
    return TrainingEvent.Step(
      step: number,
      outcome: reward == nil
        ? .init(loss: loss, gradient: gradient) : .init(reward: reward, queries: 3, gradient: gradient),
      learningRate: 0.1 * Float(number), gradientNorm: 1 / Double(number))
  }

  @Test func meansOverWhatIsThere() {
    var window = StepWindow()
    for (number, loss) in [(4, 0.5), (5, nil), (6, 1.0)] { window.add(step(number, loss: loss, reward: nil)) }
    let line = window.line(seconds: 2, queries: 9)
    #expect(line.step == 6 && line.seconds == 2 && line.queries == 9 && line.learningRate == 0.1 * Float(6))
    #expect(line.loss == 0.75 && line.reward == nil && line.gradientNorm == (1.0 / 4 + 1.0 / 5 + 1.0 / 6) / 3)
    let empty = StepWindow().line(seconds: 0, queries: 0)
    #expect(empty.loss == nil && empty.reward == nil && empty.gradientNorm == nil && empty.learningRate == nil)
  }

  /// Cut anywhere and carried through JSON, the line is the same to the last bit.
  @Test func cutInTwo() throws {
    let steps = (1...10).map { step($0, loss: nil, reward: 1 / Double(3 * $0)) }
    var whole = StepWindow()
    for step in steps { whole.add(step) }
    for cut in 0...10 {
      var first = StepWindow()
      for step in steps.prefix(cut) { first.add(step) }
      var second = try JSONDecoder().decode(StepWindow.self, from: JSONEncoder().encode(first))
      for step in steps.dropFirst(cut) { second.add(step) }
      #expect(second == whole && second.line(seconds: 1, queries: 1) == whole.line(seconds: 1, queries: 1))
    }
  }
}
