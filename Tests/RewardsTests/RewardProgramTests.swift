import Rewards
import Support
import Testing

@Suite struct RewardProgramTests {
  @Test func keepsItsCommandAndTime() throws {
    #expect(try RewardProgram(command: "cat").timeout == .seconds(60))
    #expect(try RewardProgram(command: "cat", timeoutSeconds: 0.5).timeout == .milliseconds(500))
  }

  @Test(arguments: ["", " \n"]) func emptyCommands(command: String) {
    let error = #expect(throws: InputError.self) { try RewardProgram(command: command) }
    #expect(error?.subject == "--reward-command")
  }

  @Test(arguments: [0, -1, 1e7, .infinity, .nan]) func impossibleTimes(seconds: Double) {
    let error = #expect(throws: InputError.self) { try RewardProgram(command: "cat", timeoutSeconds: seconds) }
    #expect(error?.subject == "--reward-timeout" && error?.found == "\(seconds)")
  }
}
