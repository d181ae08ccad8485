import Rewards

/// `--set key=value`: one field of a `Root` (a recipe, or what a row does with tags) by its name.
package struct Setting<Root: Sendable>: Sendable {
  /// As in `run.json`, but for `size`, which sets height and width.
  package let key: String
  /// What it takes, for help and errors.
  package let takes: String
  /// False where the text is no value of the field, or the field's part isn't there.
  let apply: @Sendable (inout Root, String) -> Bool

  /// - Parameters:
  ///   - read: the value that a text means; nil where it means none.
  ///   - set: puts the value in its place.
  init<Value>(
    _ key: String, takes: String, read: @escaping @Sendable (String) -> Value?,
    set: @escaping @Sendable (inout Root, Value) -> Void
  ) {
    (self.key, self.takes) = (key, takes)
    apply = { root, text in
      guard let value = read(text) else { return false }
      set(&root, value)
      return true
    }
  }

  init(_ key: String, takes: String, apply: @escaping @Sendable (inout Root, String) -> Bool) {
    (self.key, self.takes, self.apply) = (key, takes, apply)
  }
}

extension Setting {
  static func number<Value: LosslessStringConvertible & SendableMetatype>(
    _ key: String, _ path: WritableKeyPath<Root, Value> & Sendable, takes: String? = nil
  ) -> Setting {
    let kind = Value.self == Int.self ? "a whole number" : "a number"
    return Setting(key, takes: takes ?? kind, read: { Value($0) }, set: { $0[keyPath: path] = $1 })
  }

  static func flag(_ key: String, _ path: WritableKeyPath<Root, Bool> & Sendable) -> Setting {
    Setting(key, takes: "true or false", read: { Bool($0) }, set: { $0[keyPath: path] = $1 })
  }

  static func choice<Value: RawRepresentable & CaseIterable & SendableMetatype>(
    _ key: String, _ path: WritableKeyPath<Root, Value> & Sendable
  ) -> Setting where Value.RawValue == String {
    choice(key) { $0[keyPath: path] = $1 }
  }

  /// A choice that more than one field follows from.
  static func choice<Value: RawRepresentable & CaseIterable & SendableMetatype>(
    _ key: String, set: @escaping @Sendable (inout Root, Value) -> Void
  ) -> Setting where Value.RawValue == String {
    let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
    return Setting(key, takes: "one of \(known)", read: { Value(rawValue: $0) }, set: set)
  }

  static func schedule(_ key: String, _ path: WritableKeyPath<Root, GridSchedule> & Sendable) -> Setting {
    Setting(
      key, takes: "cells along the shorter side, or stages such as 8:0.1,16:0.2,full", read: { GridSchedule($0) },
      set: { $0[keyPath: path] = $1 })
  }

  /// Numbers with commas between.
  static func list<Value: LosslessStringConvertible & SendableMetatype>(
    _ key: String, _ path: WritableKeyPath<Root, [Value]> & Sendable, takes: String
  ) -> Setting {
    Setting(
      key, takes: takes,
      read: { text in
        let values = text.split(separator: ",", omittingEmptySubsequences: false).map { Value(String($0)) }
        return values.contains { $0 == nil } ? nil : values.compactMap { $0 }
      }, set: { $0[keyPath: path] = $1 })
  }

  /// The settings of a part that only some have: where it is missing, each of them is refused.
  ///
  /// - Parameter condition: when it is there, as in "PAMR refines".
  static func part<Part>(
    _ path: WritableKeyPath<Root, Part?> & Sendable, where condition: String, _ settings: [Setting<Part>]
  ) -> [Setting] {
    settings.map { setting in
      Setting(setting.key, takes: "\(setting.takes), where \(condition)") { root, text in
        guard var part = root[keyPath: path], setting.apply(&part, text) else { return false }
        root[keyPath: path] = part
        return true
      }
    }
  }
}
