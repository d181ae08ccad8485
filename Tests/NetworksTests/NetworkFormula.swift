import Tensors

@testable import Networks

/// Parameters and images as formulas of a tensor's name, the same as in `benchmarks/pytorch/formula.py`: goldens then
/// need no weights on disk.
enum NetworkFormula {
  /// FNV-1a of the name plus i times 2654435761, through murmur3's finaliser, over 2^32.
  static func uniforms(_ name: String, _ count: Int) -> [Double] {
    let hash = name.utf8.reduce(UInt32(0x811C_9DC5)) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
    return (0..<count).map { i in
      var x = hash &+ UInt32(truncatingIfNeeded: i) &* 2_654_435_761
      x ^= x >> 16
      x &*= 0x85EB_CA6B
      x ^= x >> 13
      x &*= 0xC2B2_AE35
      x ^= x >> 16
      return Double(x) / 4_294_967_296
    }
  }

  /// 2u - 1
  static func signed(_ name: String, _ shape: [Int]) -> Tensor {
    Tensor(uniforms(name, shape.reduce(1, *)).map { Float(2 * $0 - 1) }, shape: shape)
  }

  /// A parameter or running statistic: scales and variances about 1, the rest about 0.
  static func weight(_ name: String, _ shape: [Int]) -> Tensor {
    let u = uniforms(name, shape.reduce(1, *))
    if shape.count > 1 {
      let bound = (3 / Double(shape.dropFirst().reduce(1, *))).squareRoot()
      return Tensor(u.map { Float((2 * $0 - 1) * bound) }, shape: shape)
    }
    let isScale = ["weight", "gamma", "running_var"].contains(leaf(name))
    return Tensor(u.map { Float(isScale ? 0.75 + 0.5 * $0 : 0.2 * ($0 - 0.5)) }, shape: shape)
  }

  /// Scale or shift of a batch normalisation whose every channel stays on one side of zero.
  static func separated(_ name: String, _ shape: [Int]) -> Tensor {
    let u = uniforms(name, shape.reduce(1, *))
    if leaf(name) == "weight" { return Tensor(u.map { Float(0.15 * (0.75 + 0.5 * $0)) }, shape: shape) }
    return Tensor(u.map { Float((0.9 + 0.2 * $0) * ($0 >= 0.25 ? 1 : -1)) }, shape: shape)
  }

  /// All of a network's tensors.
  static func state(_ shapes: [String: [Int]], separate: Bool) -> [String: Tensor] {
    Dictionary(
      uniqueKeysWithValues: shapes.map { name, shape in
        let layer = String(name.dropLast(leaf(name).count))
        let ofBatch = ["weight", "bias"].contains(leaf(name)) && shapes["\(layer)running_mean"] != nil
        return (name, separate && ofBatch ? separated(name, shape) : weight(name, shape))
      })
  }

  private static func leaf(_ name: String) -> String { name.split(separator: ".").last.map(String.init) ?? name }
}
