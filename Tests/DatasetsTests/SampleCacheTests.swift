import Testing

@testable import Datasets

@Suite struct SampleCacheTests {
  private let sample = encodedSample(width: 4, height: 2, channels: 1)  // 8 x (4 + 1) bytes

  @Test func decodesOnce() throws {
    let cache = SampleCache<Sample>(limit: 1000)
    var decoded = 0
    for _ in 0..<3 {
      _ = try cache.value("a") {
        decoded += 1
        return sample
      }
    }
    #expect(decoded == 1 && cache.bytes == 40)
  }

  @Test func staysWithinItsLimitAndKeepsTheFirst() throws {
    let cache = SampleCache<Sample>(limit: 99)
    var decoded: [String] = []
    for key in ["a", "b", "c", "a", "b", "c"] {
      _ = try cache.value(key) {
        decoded.append(key)
        return sample
      }
    }
    #expect(decoded == ["a", "b", "c", "c"] && cache.bytes == 80)
  }

  @Test func aFailureIsNotKept() throws {
    struct Failure: Error {}
    let cache = SampleCache<Sample>(limit: 99)
    #expect(throws: Failure.self) { try cache.value("a") { throw Failure() } }
    #expect(try cache.value("a") { sample } == sample)
  }

  @Test func manyThreads() async throws {
    let cache = SampleCache<Sample>(limit: 40 * 50)
    await withTaskGroup(of: Void.self) { group in
      for task in 0..<8 {
        group.addTask {
          for key in 0..<100 { _ = try? cache.value("\((key + task) % 100)") { sample } }
        }
      }
    }
    #expect(cache.bytes == 40 * 50)
  }
}
