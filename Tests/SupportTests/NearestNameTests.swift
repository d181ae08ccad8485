import Testing

@testable import Support

@Test func editDistancesOfKnownWords() {
  #expect(editDistance("", "") == 0)
  #expect(editDistance("", "abc") == 3)
  #expect(editDistance("abc", "") == 3)
  #expect(editDistance("kitten", "sitting") == 3)
  #expect(editDistance("ab", "ba") == 2)
}

/// The definition, by recursion, on all pairs of words of up to three letters of two.
@Test func editDistanceMatchesItsDefinition() {
  func reference(_ a: Substring, _ b: Substring) -> Int {
    guard let x = a.first, let y = b.first else { return a.count + b.count }
    let (a1, b1) = (a.dropFirst(), b.dropFirst())
    return min(reference(a1, b1) + (x == y ? 0 : 1), reference(a1, b) + 1, reference(a, b1) + 1)
  }
  var words = [""]
  for length in 0..<3 { words += words.filter { $0.count == length }.flatMap { [$0 + "a", $0 + "b"] } }
  #expect(words.count == 15)
  for a in words {
    for b in words { #expect(editDistance(a, b) == reference(a[...], b[...])) }
  }
}

@Test func theNearestNameComesFirst() {
  let known = ["steps", "seed", "seeds", "scale", "batch"]
  #expect(nearestNames(to: "stesp", in: known).first == "steps")
  #expect(nearestNames(to: "SEED", in: known) == ["seed", "seeds"])
  #expect(nearestNames(to: "seed", in: known, most: 1) == ["seed"])
}

@Test func aPartOfANameFindsIt() {
  #expect(nearestNames(to: "camvid", in: ["table1-camvid-pixel", "table1-voc-pixel"]) == ["table1-camvid-pixel"])
}

@Test func nothingNearGivesNothing() {
  #expect(nearestNames(to: "learning-rate", in: ["steps", "seed"]).isEmpty)
  #expect(nearestNames(to: "steps", in: []).isEmpty)
}
