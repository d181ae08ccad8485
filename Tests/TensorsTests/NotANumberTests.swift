import Support
import Testing

@testable import Tensors

/// NaN is passed on by every operation: what a damaged weight or a diverged step gives must be seen at the end, never be
/// turned into a number.
@Suite struct NotANumberTests {
  /// Every place in turn, so that each lane of a vector, and what is left over behind the last one, has its test.
  private func everyPlace(
    of count: Int, _ body: (_ values: [Float], _ place: Int) -> Void
  ) {
    for place in 0..<count {
      var values = (0..<count).map { Float($0 % 7) / 4 - 0.5 }
      values[place] = .nan
      body(values, place)
    }
  }

  @Test func reLUPassesItOn() {
    everyPlace(of: 37) { values, place in
      for clipped in [Tape().relu, Tape().relu6] {
        let output = clipped(Variable(Tensor(values, shape: [37]))).value.scalars
        #expect(output[place].isNaN && output.count(where: \.isNaN) == 1)
      }
    }
  }

  @Test func reLUPassesTheGradientOn() {
    everyPlace(of: 37) { values, place in
      let tape = Tape()
      let x = tape.variable(differentiable: Tensor([Float](repeating: 1, count: 37), shape: [37]))
      tape.backward(from: tape.relu(x), gradient: Tensor(values, shape: [37]))
      #expect(x.gradient?.scalars[place].isNaN == true)
    }
  }

  @Test(arguments: [true, false], [1, 3, 16, 17]) func normalisationPassesItOn(recording: Bool, channels: Int) {
    everyPlace(of: 4 * channels) { values, place in
      let tape = Tape(recording: recording)
      let output = tape.batchNormalization(
        Variable(Tensor(values, shape: [1, 2, 2, channels])), scale: Variable(Tensor(filledWith: 1, shape: [channels])),
        shift: Variable(Tensor(zeros: [channels])), statistics: NormalizationStatistics(name: "n", channels: channels))
      #expect(output.value.scalars[place].isNaN)
    }
  }

  /// A batch's variance must not look like that of constant pixels.
  @Test func statisticsBecomeNaN() {
    let statistics = NormalizationStatistics(name: "n", channels: 1)
    let tape = Tape()
    _ = tape.batchNormalization(
      Variable(Tensor([1, .nan], shape: [1, 1, 2, 1])), scale: Variable(Tensor(filledWith: 1, shape: [1])),
      shift: Variable(Tensor(zeros: [1])), statistics: statistics)
    tape.moveStatistics()
    #expect(statistics.mean.scalars[0].isNaN && statistics.variance.scalars[0].isNaN)
  }

  @Test(arguments: [1, 3, 16]) func maximaOfWindowsPassItOn(channels: Int) {
    everyPlace(of: 4 * channels) { values, place in
      for recording in [false, true] {
        let pooled = Tape(recording: recording).maxPooling(
          Variable(Tensor(values, shape: [1, 2, 2, channels])), kernel: 2, stride: 2)
        #expect(pooled.value.scalars[place % channels].isNaN)
      }
    }
  }

  @Test(arguments: [1, 3, 11]) func crossEntropyPassesItOn(classes: Int) {
    everyPlace(of: 19 * classes) { values, place in
      let result = crossEntropy(
        logits: Tensor(values, shape: [1, 1, 19, classes]), labels: [UInt8](repeating: 0, count: 19))
      #expect(result.loss?.isNaN == true)
      #expect(result.gradient.scalars[place / classes * classes].isNaN)
    }
  }

  @Test func noClassIsTheMostProbable() throws {
    everyPlace(of: 12) { values, place in
      let error = #expect(throws: InputError.self) {
        try mostProbableClasses(Tensor(values, shape: [1, 1, 4, 3]))
      }
      #expect(error?.found == "NaN for 1 of 4 pixels")
    }
    let infinite = Tensor([.infinity, 0, -.infinity, 1], shape: [1, 1, 2, 2])
    #expect(try mostProbableClasses(infinite) == [0, 1])
  }
}
