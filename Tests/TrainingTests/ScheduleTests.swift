import Testing
import Training

@Suite struct ScheduleTests {
  private func factors(_ schedule: Schedule, _ steps: Int, _ warmup: Float = 0.1) -> [Float] {
    (0..<steps).map { schedule.factor(at: $0, of: steps, warmup: warmup) }
  }

  @Test func oneCycleAtItsSpecialPoints() {
    let factors = factors(.oneCycle, 500)
    #expect(abs(factors[0] - 1 / 25) < 1e-7)
    #expect(abs(factors[49] - 1) < 1e-6)  // 10% of 500 steps: the peak is the 50th
    #expect(abs(factors[499] * 250_000 - 1) < 1e-4)
    #expect(zip(factors[..<49], factors[1...49]).allSatisfy { $0 < $1 })
    #expect(zip(factors[49..<499], factors[50...]).allSatisfy { $0 > $1 })
  }

  @Test func polyAndConstant() {
    let poly = factors(.poly, 10)
    #expect(poly[0] == 1)
    #expect(abs(poly[5] - 0.535_886_7) < 1e-6)  // 0.5^0.9
    #expect(abs(poly[9] - 0.125_892_5) < 1e-6)  // 0.1^0.9
    #expect(factors(.constant, 7) == [Float](repeating: 1, count: 7))
  }

  @Test(arguments: Schedule.allCases, [Float(0), 0.1, 1])
  func shortRunsStayBetweenZeroAndOne(schedule: Schedule, warmup: Float) {
    for steps in 1...12 {
      #expect(factors(schedule, steps, warmup).allSatisfy { $0 > 0 && $0 <= 1 }, "\(steps) steps")
    }
  }

  @Test func withoutWarmupItBeginsAtThePeak() {
    #expect(factors(.oneCycle, 10, 0)[0] == 1)
    #expect(factors(.oneCycle, 1)[0] == 1)
  }

  /// Of PyTorch 2's OneCycleLR: benchmarks/pytorch/make_onecycle_golden.py prints these.
  private static let goldens: [(steps: Int, warmup: Float, factors: [Float])] = [
    (
      20, 0.1,
      [
        0.04, 1, 0.992403907, 0.969846431, 0.93301297, 0.883022689, 0.821394519, 0.750001, 0.671011388, 0.586825742,
        0.500002, 0.413178258, 0.328992612, 0.250003, 0.178609481, 0.116981311, 0.0669910302, 0.030157569,
        0.00760009311, 4e-06,
      ]
    ),
    (
      50, 0.3,
      [
        0.04, 0.0520346022, 0.0875349434, 0.144720888, 0.220724895, 0.311735805, 0.413189952, 0.52, 0.626810048,
        0.728264195, 0.819275105, 0.895279112, 0.952465057, 0.987965398, 1, 0.997987155, 0.991964826, 0.981981502,
        0.968117563, 0.950484632, 0.92922468, 0.904508879, 0.876536227, 0.845531942, 0.811745654, 0.775449389,
        0.736935383, 0.69651373, 0.654509879, 0.611262022, 0.567118364, 0.522434325, 0.477569675, 0.432885636,
        0.388741978, 0.345494121, 0.30349027, 0.263068617, 0.224554611, 0.188258346, 0.154472058, 0.123467773,
        0.0954951208, 0.0707793201, 0.049519368, 0.0318864371, 0.0180224976, 0.00803917356, 0.00201684495, 4e-06,
      ]
    ),
    (7, 0.5, [0.04, 0.371671843, 0.908328157, 0.950484632, 0.611262022, 0.188258346, 4e-06]),
  ]

  @Test func oneCycleIsPyTorchs() {
    for golden in Self.goldens {
      for (mine, theirs) in zip(factors(.oneCycle, golden.steps, golden.warmup), golden.factors) {
        #expect(abs(mine - theirs) < 1e-6, "\(golden.steps) steps")
      }
    }
  }
}
