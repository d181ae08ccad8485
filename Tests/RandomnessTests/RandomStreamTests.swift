import Randomness
import Testing

private let example = RandomStream(seed: 0x0123_4567_89ab_cdef, purpose: .actions, step: 120, index: 7)

// The numbers expected here were computed by a separate program (Python integers) from the documented format.

@Test func wordsComeFromCountedBlocks() {
  var stream = example
  let words = (0..<6).map { _ in stream.nextWord() }
  #expect(words == [0xa4c3_3200, 0xc0a5_c16e, 0x7449_cd2b, 0x8cc7_8cb2, 0x3833_7c23, 0xfa28_b231])
  let first = Philox.block(counter: SIMD4(0, 7, 120, 4), key: SIMD2(0x89ab_cdef, 0x0123_4567))
  #expect(Array(words.prefix(4)) == [first.x, first.y, first.z, first.w])
}

@Test func sixtyFourBitsAreTwoWordsLowFirst() {
  var stream = example
  #expect(stream.next() == 0xc0a5_c16e_a4c3_3200)
}

@Test func documentedArithmeticGivesTheseNumbers() {
  var stream = example
  #expect((0..<3).map { _ in stream.uniform() } == [10_797_874, 12_625_345, 7_621_069].map { $0 * 0x1p-24 })
  stream = example
  #expect((0..<8).map { _ in stream.integer(below: 10) } == [7, 5, 9, 2, 8, 3, 6, 0])
  stream = example
  // A bound just above 2^62, where a quarter of the products are drawn again.
  let huge = (0..<3).map { _ in stream.integer(below: 1 << 62 + 1) }
  #expect(huge == [3_470_428_526_848_560_256, 2_536_057_845_939_598_155, 4_506_463_358_254_112_521])
  stream = example
  let normals = (0..<4).map { _ in stream.normal() }
  for (found, expected) in zip(normals, [0.014918419, -1.19497748, 1.72353802, -0.242792051] as [Float]) {
    #expect(abs(found - expected) < 1e-6)
  }
  stream = example
  var order = Array(0..<10)
  stream.shuffle(&order)
  #expect(order == [3, 8, 0, 2, 6, 5, 1, 9, 4, 7])
}

@Test func aCopyGivesTheSameNumbers() {
  var first = example
  _ = first.nextWord()
  var second = first
  #expect((0..<9).map { _ in first.next() } == (0..<9).map { _ in second.next() })
}

/// Streams that differ in one argument share no 64-bit number among their first: 40 streams of 500 numbers.
@Test func streamsDoNotCollide() {
  var streams: [RandomStream] = RandomPurpose.allCases.map { RandomStream(seed: 1, purpose: $0) }
  for i: UInt32 in 1...8 {
    streams.append(RandomStream(seed: 1 + UInt64(i), purpose: .actions))
    streams.append(RandomStream(seed: 1 + UInt64(i) << 32, purpose: .actions))
    streams.append(RandomStream(seed: 1, purpose: .actions, step: i))
    streams.append(RandomStream(seed: 1, purpose: .actions, index: i))
  }
  var seen = Set<UInt64>()
  for var stream in streams {
    for _ in 0..<500 { seen.insert(stream.next()) }
  }
  #expect(seen.count == streams.count * 500)
}

@Test func uniformNumbersHaveTheRightMoments() {
  var stream = RandomStream(seed: 11, purpose: .actions)
  let count = 200_000
  var (sum, squares) = (0.0, 0.0)
  var bins = [Int](repeating: 0, count: 64)
  for _ in 0..<count {
    let u = stream.uniform()
    #expect(u >= 0 && u < 1)
    sum += Double(u)
    squares += Double(u) * Double(u)
    bins[Int(u * 64)] += 1
  }
  let mean = sum / Double(count)
  #expect(abs(mean - 0.5) < 5 * (1.0 / 12 / Double(count)).squareRoot())
  #expect(abs(squares / Double(count) - mean * mean - 1.0 / 12) < 1e-3)
  #expect(chiSquare(bins) < 117)  // 63 degrees of freedom, one chance in 30 000
}

@Test func uniformRangesKeepTheirBounds() {
  var stream = RandomStream(seed: 12, purpose: .augmentation)
  #expect(stream.uniform(in: 3...3) == 3)
  #expect(stream.uniform(in: 0.1...0.1) == 0.1)
  for _ in 0..<1000 {
    #expect((-2...0.5).contains(stream.uniform(in: -2...0.5)))
    #expect(stream.uniform(in: -Float.greatestFiniteMagnitude...Float.greatestFiniteMagnitude).isFinite)
  }
}

@Test(arguments: [1, 2, 3, 7, 10, 100])
func integersAreEquallyProbable(bound: Int) {
  var stream = RandomStream(seed: 13, purpose: .batches, index: UInt32(bound))
  var bins = [Int](repeating: 0, count: bound)
  for _ in 0..<100_000 { bins[stream.integer(below: bound)] += 1 }
  let freedom = Double(bound - 1)
  #expect(chiSquare(bins) <= freedom + 5 * (2 * freedom).squareRoot())
}

/// 2^64 words for 3 x 2^61 integers: if none were drawn again, i would get three words where i mod 3 is 0 or 1, and two
/// where it is 2.
@Test func integersBelowAHugeBoundAreUnbiased() {
  var stream = RandomStream(seed: 14, purpose: .batches)
  var bins = [0, 0, 0]
  for _ in 0..<30_000 { bins[stream.integer(below: 3 << 61) % 3] += 1 }
  #expect(chiSquare(bins) < 21)  // 2 degrees of freedom, one chance in 30 000
}

@Test func normalNumbersHaveTheRightMoments() {
  var stream = RandomStream(seed: 15, purpose: .initialization)
  let count = 200_000
  var moments = [0.0, 0.0, 0.0, 0.0]
  var beyondTwo = 0
  for _ in 0..<count {
    let x = Double(stream.normal())
    #expect(abs(x) < 6.67)
    for power in 0..<4 { moments[power] += [x, x * x, x * x * x, x * x * x * x][power] / Double(count) }
    if abs(x) > 2 { beyondTwo += 1 }
  }
  #expect(abs(moments[0]) < 0.012)
  #expect(abs(moments[1] - 1) < 0.016)
  #expect(abs(moments[2]) < 0.045)
  #expect(abs(moments[3] - 3) < 0.11)
  #expect(abs(Double(beyondTwo) / Double(count) - 0.0455) < 0.0024)
}

@Test func shufflesOfFewElements() {
  var stream = RandomStream(seed: 16, purpose: .batches)
  var none: [Int] = []
  stream.shuffle(&none)
  #expect(none.isEmpty)
  var one = ["a"]
  stream.shuffle(&one)
  #expect(one == ["a"])
}

/// All 24 orders of four elements are equally probable.
@Test func everyOrderIsEquallyProbable() {
  var stream = RandomStream(seed: 17, purpose: .batches)
  var counts: [[Int]: Int] = [:]
  for _ in 0..<24_000 {
    var order = [0, 1, 2, 3]
    stream.shuffle(&order)
    counts[order, default: 0] += 1
  }
  #expect(counts.count == 24)
  #expect(chiSquare(Array(counts.values)) < 62)  // 23 degrees of freedom, one chance in 50 000
}

/// Pearson's statistic against equal probabilities.
private func chiSquare(_ bins: [Int]) -> Double {
  let expected = Double(bins.reduce(0, +)) / Double(bins.count)
  return bins.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
}
