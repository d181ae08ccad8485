import Glibc

/// A sequence of random numbers named by what it is for: `RandomStream(seed: 3, purpose: .actions, step: 120)`.
///
/// The numbers are Philox blocks under the key (seed's low word, seed's high word) at the counters
/// (block, index, step, purpose), with the block counting up from 0. There is no shared state, so neither the order of
/// threads nor a stop and resume can change what a stream gives. A stream holds 2^32 blocks (2^34 words) and starts
/// again after them.
///
/// Every method says how many words it takes; that, and the arithmetic, is part of the format of a run.
public struct RandomStream: RandomNumberGenerator, Sendable {
  @usableFromInline let key: SIMD2<UInt32>
  /// The counter of the next block.
  @usableFromInline var counter: SIMD4<UInt32>
  /// The current block; its words from `position` on are still unused.
  @usableFromInline var words = SIMD4<UInt32>()
  @usableFromInline var position = 4

  /// The stream at its beginning. Streams that differ in any argument share no (counter, key) pair.
  ///
  /// - Parameters:
  ///   - seed: the run's seed.
  ///   - purpose: what the numbers are for.
  ///   - step: when: a training step or an epoch.
  ///   - index: which: an image of the batch, a row, a resample.
  @inlinable
  public init(seed: UInt64, purpose: RandomPurpose, step: UInt32 = 0, index: UInt32 = 0) {
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    counter = SIMD4(0, index, step, purpose.rawValue)
  }

  /// 32 random bits: the next word of the block.
  @inlinable
  public mutating func nextWord() -> UInt32 {
    if position == 4 {
      words = Philox.block(counter: counter, key: key)
      counter.x &+= 1
      position = 0
    }
    defer { position += 1 }
    return words[position]
  }

  /// 64 random bits: two words, the low one first.
  @inlinable
  public mutating func next() -> UInt64 {
    let low = UInt64(nextWord())
    return low | UInt64(nextWord()) << 32
  }

  /// A multiple of 2^-24 in [0, 1): the top 24 bits of one word, all that a `Float` holds exactly.
  @inlinable
  public mutating func uniform() -> Float {
    Float(nextWord() >> 8) * 0x1p-24
  }

  /// A number between the bounds, which must be finite: lower (1 - u) + upper u with u from `uniform()`, so that even
  /// a range as wide as `Float` itself does not overflow. One word.
  @inlinable
  public mutating func uniform(in range: ClosedRange<Float>) -> Float {
    let u = uniform()
    let value = range.lowerBound * (1 - u) + range.upperBound * u
    return min(max(value, range.lowerBound), range.upperBound)
  }

  /// An integer in 0..<n, each exactly as probable as the others; `n` must be positive.
  ///
  /// The high half of the product of `n` and 64 random bits; the few products (fewer than n of 2^64) that would favour
  /// some integers are drawn again. Two words, almost always. Source: Lemire, "Fast random integer generation in an
  /// interval", ACM TOMACS 2019.
  @inlinable
  public mutating func integer(below n: Int) -> Int {
    precondition(n > 0, "integer(below:) needs a positive bound")
    let bound = UInt64(n)
    var product = bound.multipliedFullWidth(by: next())
    if product.low < bound {
      let unfair = (0 &- bound) % bound
      while product.low < unfair { product = bound.multipliedFullWidth(by: next()) }
    }
    return Int(product.high)
  }

  /// A standard normal number: sqrt(-2 ln u) cos(2 pi v) (Box and Muller 1958), with u = (word + 1) 2^-32 in (0, 1]
  /// and v = word 2^-32 in [0, 1). At most sqrt(64 ln 2) = 6.66 in size, so never infinite.
  ///
  /// Two words. The sine that would give a second number is not kept, so a call takes as many words whatever came
  /// before it. The arithmetic is in double precision and rounded once at the end, so that the last-bit differences
  /// between versions of the system's mathematical library hardly ever show.
  public mutating func normal() -> Float {
    let u = (Double(nextWord()) + 1) * 0x1p-32
    let v = Double(nextWord()) * 0x1p-32
    return Float((-2 * log(u)).squareRoot() * cos(2 * .pi * v))
  }

  /// Puts the elements in an order drawn uniformly from all orders. Two words an element, but none for the first.
  ///
  /// Fisher and Yates from the last element down, each swapped with one of those up to itself. It is spelled out here,
  /// not left to the standard library's `shuffle(using:)`, so that another toolchain cannot change a run.
  @inlinable
  public mutating func shuffle<T>(_ array: inout [T]) {
    guard array.count > 1 else { return }
    for last in stride(from: array.count - 1, to: 0, by: -1) {
      array.swapAt(last, integer(below: last + 1))
    }
  }
}
