import Rewards
import Testing

@Suite struct SyncANTests {
  @Test func populationStatistics() {
    let normalised = SyncAN([1, 2, 3, 6])
    #expect(normalised.mean == 3)
    #expect(abs(normalised.deviation - 3.5.squareRoot()) < 1e-15)
    #expect(abs(normalised(6) - 3 / 3.5.squareRoot()) < 1e-7)
    #expect(normalised(3) == 0)
  }

  @Test func advantagesHaveMeanZeroAndDeviationOne() {
    let rewards = (0..<100).map { Double($0 * $0 % 37) / 37 }
    let advantages = rewards.map(SyncAN(rewards).callAsFunction)
    #expect(abs(advantages.reduce(0, +)) < 1e-10)
    #expect(abs(advantages.reduce(0) { $0 + $1 * $1 } / 100 - 1) < 1e-6)
  }

  /// Also where the plain sum of the rewards, divided by their number, isn't the reward: 0.1 three times, for example.
  @Test(arguments: [0, 1, 0.1, 1.0 / 3, 0.7, 1e-9], [1, 2, 3, 7, 10, 1000])
  func aConstantGroupHasZeroAdvantage(reward: Double, count: Int) {
    let normalised = SyncAN([Double](repeating: reward, count: count))
    #expect(normalised.deviation == 0)
    #expect(normalised(reward) == 0)
  }

  @Test func nothingIsFinite() {
    #expect(SyncAN([])(0) == 0)
    #expect(SyncAN(ones: 0, of: 0)(0) == 0)
  }

  @Test(arguments: [(0, 5), (5, 5), (2, 5), (1, 1000)]) func onesAndZeros(ones: Int, count: Int) {
    let counted = SyncAN(ones: ones, of: count)
    let listed = SyncAN((0..<count).map { $0 < ones ? 1.0 : 0 })
    #expect(abs(counted.mean - listed.mean) < 1e-12)
    #expect(abs(counted.deviation - listed.deviation) < 1e-12)
    if ones == 0 { #expect(counted(0) == 0) }
    if ones == count { #expect(counted(1) == 0) }
  }
}
