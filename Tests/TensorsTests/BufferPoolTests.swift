import Testing

@testable import Tensors

@Suite struct BufferPoolTests {
  /// A multiple of 64 that holds the bytes and wastes at most an eighth of them.
  @Test func sizeClasses() {
    #expect(BufferPool.sizeClass(0) == 64)
    #expect(BufferPool.sizeClass(64) == 64)
    #expect(BufferPool.sizeClass(65) == 128)
    for bytes in Array(1...5000) + [1 << 20, 1 << 20 + 1, 123_456_789, 1 << 33 - 1] {
      let size = BufferPool.sizeClass(bytes)
      #expect(size >= bytes && size % 64 == 0)
      #expect(size - bytes < max(64, bytes / 8 + 1))
      #expect(BufferPool.sizeClass(size) == size, "a class is in itself")
    }
  }

  @Test func buffersAreReusedWithinTheirClass() {
    let pool = BufferPool()
    let first = pool.take(128)
    let second = pool.take(128)
    #expect(first != second)
    #expect(UInt(bitPattern: first) % 64 == 0 && UInt(bitPattern: second) % 64 == 0)
    pool.giveBack(first, 128)
    let other = pool.take(192)
    #expect(other != first)
    #expect(pool.take(128) == first)
    #expect(pool.statistics == BufferPool.Statistics(allocations: 3, bytes: 448))

    pool.giveBack(first, 128)
    pool.giveBack(second, 128)
    pool.drain()
    #expect(pool.statistics == BufferPool.Statistics(allocations: 3, bytes: 192))
    pool.giveBack(other, 192)
    pool.drain()
    #expect(pool.statistics.bytes == 0)
  }

  /// Photographs of 356 sizes: the pool kept a buffer of each, seven times what the largest needs.
  @Test func manySizesKeepNoMoreThanTheLargestNeeds() {
    let pool = BufferPool()
    var largest = 0
    for size in 0..<356 {
      let bytes = BufferPool.sizeClass((1 << 24) + size << 16)
      largest = max(largest, bytes)
      let taken = [pool.take(bytes), pool.take(bytes / 2 / 64 * 64)]
      pool.giveBack(taken[0], bytes)
      pool.giveBack(taken[1], bytes / 2 / 64 * 64)
      #expect(pool.statistics.bytes <= BufferPool.slack * (largest + largest / 2))
    }
    pool.drain()
    #expect(pool.statistics.bytes == 0)
  }

  /// A pass forward and backward over buffers of many sizes: all of them fit, and the second step allocates nothing.
  @Test func aStepOfManySizesIsKept() {
    let pool = BufferPool()
    let sizes = [64, 32, 32, 16, 16, 8, 8, 16, 48, 32, 96, 64].map { $0 << 20 }
    func step() {
      var held = [(pool.take(sizes[0]), sizes[0])]
      for size in sizes.dropFirst() {
        held.append((pool.take(size), size))
        let (pointer, size) = held.removeFirst()
        pool.giveBack(pointer, size)
      }
      for (pointer, size) in held { pool.giveBack(pointer, size) }
    }
    step()
    let after = pool.statistics
    for _ in 0..<3 { step() }
    #expect(pool.statistics == after)
    pool.drain()
  }

  /// Forward, backward and an update, as in training: steps after the first take all memory from the pool.
  ///
  /// The pool is the process's own and other tests take from it at the same time, so some steps may allocate for their
  /// sake. If steps allocated by themselves, no two in a row would leave the count as it is.
  @Test func aRepeatedStepAllocatesNothing() async {
    let weight = Parameter(name: "weight", value: randomTensor([8, 3, 3, 3], seed: 1), decays: true)
    let scale = Parameter(name: "scale", value: Tensor(filledWith: 1, shape: [8]), decays: false)
    let shift = Parameter(name: "shift", value: Tensor(zeros: [8]), decays: false)
    let statistics = NormalizationStatistics(name: "normalization", channels: 8)
    let images = randomTensor([2, 16, 16, 3], seed: 2)
    let labels = [UInt8](repeating: 3, count: 2 * 16 * 16)

    func step() {
      let tape = Tape()
      var features = tape.convolution(Variable(images), weight: tape.variable(weight), .init(padding: .init(1)))
      features = tape.batchNormalization(
        features, scale: tape.variable(scale), shift: tape.variable(shift), statistics: statistics)
      let small = tape.maxPooling(features, kernel: 2, stride: 2)
      features = tape.concatenation([features, tape.nearestResizing(small, height: 16, width: 16)])
      tape.backward(from: features, gradient: crossEntropy(logits: features.value, labels: labels).gradient)
      for parameter in [weight, scale, shift] {
        let (gradient, count) = (parameter.gradient, parameter.value.count)
        parameter.update { value in gradient?.withScalars { for i in 0..<count { value[i] -= 0.01 * $0[i] } } }
        parameter.clearGradient()
      }
    }

    var quiet = 0
    for _ in 0..<2000 where quiet < 5 {
      let before = BufferPool.shared.statistics.allocations
      step()
      quiet = BufferPool.shared.statistics.allocations == before ? quiet + 1 : 0
      await Task.yield()
    }
    #expect(quiet == 5)
  }
}
