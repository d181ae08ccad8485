import Testing

@testable import Tensors

@Suite struct ProfileTests {
  @Test func countsForwardCallsAndTimesBothPasses() {
    let profile = Profile()
    let tape = Tape(profile: profile)
    let x = tape.variable(differentiable: randomTensor([1, 8, 8, 3], seed: 1))
    let output = tape.relu(tape.relu(x))
    tape.backward(from: output, gradient: output.value)
    #expect(profile.entries.keys.sorted() == ["relu"])
    #expect(profile.entries["relu"]?.calls == 2)
    #expect(profile.entries["relu"]?.seconds.allSatisfy { $0 > 0 } == true)
  }

  @Test func theLibrariesTellTheirVersions() {
    #expect(Libraries.oneDNN.split(separator: ".").count == 3)
    #expect(Libraries.openBLAS.contains("OpenBLAS"))
  }
}
