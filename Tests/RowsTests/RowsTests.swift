import Foundation
import TestSupport
import Testing

@testable import Rows

@Suite struct RowsTests {
  @Test func namesAreUniqueAndSayTheDataSet() {
    let names = Row.all.map(\.name)
    #expect(Set(names).count == names.count)
    for row in Row.all { #expect(row.name.hasPrefix("\(row.data.name)/")) }
    #expect(Set(Row.all.map { "\($0.data.name) \($0.title)" }).count == names.count)
  }

  @Test func everyRecipeIsValid() throws {
    for row in Row.all {
      try row.recipe.validate()
      #expect(row.recipe.evaluateOn == .validation, "results are on validation: \(row.name)")
    }
  }

  @Test func everyRowIsFoundByItsName() throws {
    for row in Row.all { #expect(try Row.named(row.name) == row) }
  }

  @Test func anUnknownNameAnswersWithTheNearest() {
    let error = inputError { try Row.named("fashion32/imge") }
    #expect(error.subject == "row fashion32/imge" && error.expected.hasPrefix("fashion32/image"))
    let far = inputError { try Row.named("qqqqqqqqqqqqqqqqqqqqqqqq") }
    #expect(Row.all.allSatisfy { far.expected.contains($0.name) })
    #expect(inputError { try Row.named("") }.found == "no such row")
  }

  @Test func dataSetsAreFoundByName() throws {
    for name in ["fashion32", "fashion64", "camvid", "folder"] { #expect(try Row.onDataset(name).data.name == name) }
    let error = inputError { try Row.onDataset("camvit") }
    #expect(error.expected.hasPrefix("one of camvid"))
    #expect(inputError { try Row.onDataset("") }.expected.contains("fashion64"))
  }
}
