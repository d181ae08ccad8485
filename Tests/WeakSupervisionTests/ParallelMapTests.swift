import Testing

@testable import WeakSupervision

@Suite struct ParallelMapTests {
  private struct Failure: Error, Equatable { let index: Int }

  @Test func keepsTheOrder() throws {
    #expect(try parallelMap(1000) { $0 * $0 } == (0..<1000).map { $0 * $0 })
    #expect(try parallelMap(0) { $0 }.isEmpty)
    #expect(try parallelMap(1) { "\($0)" } == ["0"])
  }

  @Test func throwsTheFirstError() {
    #expect(throws: Failure(index: 7)) {
      try parallelMap(100) { index in
        if index % 10 == 7 { throw Failure(index: index) }
        return index
      }
    }
  }
}
