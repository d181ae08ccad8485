import Images
import Support

/// Keeps some of a data set's classes and makes void of the others.
///
/// The kept classes get the ids 0, 1, ... in the order given here, whatever their ids in the labels.
public struct ClassMap: Sendable, Equatable, Codable {
  /// What the data set is called once mapped, as in `voc7/train`.
  public let name: String
  /// The names of the classes to keep.
  public let kept: [String]

  /// Keeps these classes, in this order.
  public init(name: String, kept: [String]) {
    self.name = name
    self.kept = kept
  }

  /// PASCAL VOC without the classes that are rare: background, five animals and people.
  ///
  /// Cat, cow, dog, horse and sheep share texture and outline and person is frequent, so it's a problem that tags
  /// alone don't solve; and it's sound on the part of VOC 2012 where only these classes are complete.
  public static let voc7 = ClassMap(
    name: "voc7", kept: ["background", "cat", "cow", "dog", "horse", "sheep", "person"])

  /// Every map that has a name.
  public static let all = [voc7]

  /// - Throws: `InputError` for a name there is no map of, with the nearest ones.
  public static func named(_ name: String) throws -> ClassMap {
    if let map = all.first(where: { $0.name == name }) { return map }
    let near = nearestNames(to: name, in: all.map(\.name))
    throw InputError(
      "class map `\(name)`", found: "no map of this name", expected: all.map(\.name).joined(separator: ", "),
      advice: near.isEmpty
        ? "Or make one with ClassMap(name:kept:)." : "Did you mean \(near.joined(separator: " or "))?")
  }

  /// New ids by old id, 256 of them; void for the classes that aren't kept and for void itself.
  ///
  /// - Throws: `InputError` when a kept class isn't in the data set, or is kept twice.
  func table(for classes: [String], path: String) throws -> [UInt8] {
    var table = [UInt8](repeating: LabelMap.void, count: 256)
    for (new, name) in kept.enumerated() {
      guard let old = classes.firstIndex(of: name) else {
        let near = nearestNames(to: name, in: classes)
        throw InputError(
          path, found: "no class `\(name)`", expected: "every class that \(self.name) keeps",
          advice: near.isEmpty
            ? "Use another class map for this data set." : "Did you mean \(near.joined(separator: " or "))?")
      }
      guard table[old] == LabelMap.void else {
        throw InputError(
          "class map `\(self.name)`", found: "`\(name)` twice", expected: "every class once",
          advice: "Remove one of the two.")
      }
      table[old] = UInt8(truncatingIfNeeded: new)
    }
    guard !kept.isEmpty else {
      throw InputError(
        "class map `\(name)`", found: "no class", expected: "at least one class to keep",
        advice: "Name the classes to keep.")
    }
    return table
  }
}
