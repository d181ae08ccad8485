import Randomness
import Testing

/// A renumbered purpose would silently change every recorded run.
@Test func purposesKeepTheirNumbers() {
  let expected: [RandomPurpose: UInt32] = [
    .initialization: 1, .batches: 2, .augmentation: 3, .actions: 4, .scenes: 5, .bootstrap: 6, .split: 7,
    .exploration: 8,
  ]
  for purpose in RandomPurpose.allCases { #expect(purpose.rawValue == expected[purpose]) }
}
