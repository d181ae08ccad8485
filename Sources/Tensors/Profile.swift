/// Wall-clock time per operation, for `rss bench step --profile`.
public final class Profile {
  public enum Pass: Int { case forward, backward }

  public struct Entry {
    public var calls = 0
    public var seconds = [0.0, 0.0]  // forward, backward
  }

  public private(set) var entries: [String: Entry] = [:]

  public init() {}

  public func measure<Result>(_ name: String, _ pass: Pass = .forward, _ body: () throws -> Result) rethrows -> Result {
    let clock = ContinuousClock()
    let start = clock.now
    let result = try body()
    let elapsed = clock.now - start
    entries[name, default: Entry()].calls += pass == .forward ? 1 : 0
    entries[name, default: Entry()].seconds[pass.rawValue] += elapsed / .seconds(1)
    return result
  }
}
