/// Philox4x32-10: four random words from a counter and a key, with no state in between.
///
/// Ten rounds of two 32 x 32 -> 64 bit products; distinct (counter, key) pairs give statistically independent blocks,
/// so a number can be addressed directly by what it is for, in any order and on any thread.
///
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011. The tests hold this
/// function to the known-answer vectors that the authors publish with Random123.
public enum Philox {
  /// The block of four words at `counter` under `key`. Cost: 20 multiplications, a few nanoseconds.
  @inlinable
  public static func block(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var (c0, c1, c2, c3) = (counter.x, counter.y, counter.z, counter.w)
    var (k0, k1) = (key.x, key.y)
    for _ in 0..<10 {
      let first = multiplier0 &* UInt64(c0)
      let second = multiplier1 &* UInt64(c2)
      c0 = UInt32(truncatingIfNeeded: second >> 32) ^ c1 ^ k0
      c1 = UInt32(truncatingIfNeeded: second)
      c2 = UInt32(truncatingIfNeeded: first >> 32) ^ c3 ^ k1
      c3 = UInt32(truncatingIfNeeded: first)
      k0 &+= keyStep0
      k1 &+= keyStep1
    }
    return SIMD4(c0, c1, c2, c3)
  }

  /// M0 and M1 of the paper's Philox4x32.
  @inlinable static var multiplier0: UInt64 { 0xD251_1F53 }
  @inlinable static var multiplier1: UInt64 { 0xCD9E_8D57 }

  /// What the key grows by each round: the fractional parts of the golden ratio and of the square root of 3.
  @inlinable static var keyStep0: UInt32 { 0x9E37_79B9 }
  @inlinable static var keyStep1: UInt32 { 0xBB67_AE85 }
}
