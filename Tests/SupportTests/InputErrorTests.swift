import Support
import Testing

@Test func anErrorSaysAllFourThings() {
  let error = InputError("a.png", found: "an empty file", expected: "a PNG", advice: "Fetch it again.")
  #expect(error.description == "a.png: found an empty file; expected a PNG. Fetch it again.")
  #expect("\(error as any Error)" == error.description)
}
