import Glibc

/// This machine's name, as it calls itself; no name server is asked.
package var hostName: String {
  var name = [CChar](repeating: 0, count: 65)  // the longest that Linux has, and its end
  guard gethostname(&name, name.count) == 0 else { return "" }
  return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
}
