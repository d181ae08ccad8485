/// Wall-clock time per operation, for `rss bench step --profile`.
package final class Profile {
  package enum Pass: Int { case forward, backward }

  package struct Entry {
    package var calls = 0
    package var seconds = [0.0, 0.0]  // forward, backward
  }

  package private(set) var entries: [String: Entry] = [:]

  package init() {}

  package func measure<Result>(_ name: String, _ pass: Pass = .forward, _ body: () throws -> Result) rethrows -> Result
  {
    let clock = ContinuousClock()
    let start = clock.now
    let result = try body()
    let elapsed = clock.now - start
    entries[name, default: Entry()].calls += pass == .forward ? 1 : 0
    entries[name, default: Entry()].seconds[pass.rawValue] += elapsed / .seconds(1)
    return result
  }
}
