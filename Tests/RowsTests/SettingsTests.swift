import Networks
import TestSupport
import Testing
import Training

@testable import Rows

@Suite struct SettingsTests {
  private let recipe = Recipe(
    objective: .imageReward, maps: 16, networkWidth: 12, steps: 500, imageHeight: 32, imageWidth: 32)

  @Test func everyKeySetsItsField() throws {
    let changes: [(text: String, change: (inout Recipe) -> Void)] = [
      ("objective=pixelReward", { $0.objective = .pixelReward }),
      ("maps=64", { $0.maps = 64 }),
      ("score=pixelAccuracy", { $0.score = .pixelAccuracy }),
      ("advantage=naive", { $0.advantage = .naive }),
      ("syncAN=off", { $0.syncAN = .off }),
      ("pairDivision=differingUnits", { $0.pairDivision = .differingUnits }),
      ("scales=8:0.1,16:0.2,full", { $0.scales = .init(stages: [(8, 0.1), (16, 0.2)], last: 0) }),
      ("regions=4:0.5,1", { $0.regions = .init(stages: [(4, 0.5)], last: 1) }),
      ("objective=pixelReward propensityFloor=0.05", { ($0.objective, $0.propensityFloor) = (.pixelReward, 0.05) }),
      ("exploration=0.02", { $0.exploration = 0.02 }),
      ("entropyBonus=0.01", { $0.entropyBonus = 0.01 }),
      ("encoder=resnet18", { $0.network = EncoderDecoder(.resnet18) }),
      ("encoder=resnet18 decoder=fpn", { $0.network = EncoderDecoder(.resnet18, .fpn) }),
      ("encoder=resnet18 outputStride=8", { $0.network = EncoderDecoder(.resnet18, outputStride: 8) }),
      ("encoder=resnet18 separable=false", { $0.network = EncoderDecoder(.resnet18, separable: false) }),
      ("networkWidth=3", { $0.networkWidth = 3 }),
      ("weights=a.safetensors", { $0.fineTuning = FineTuning(weights: "a.safetensors") }),
      ("encoderRate=0.1", { $0.fineTuning = FineTuning(encoderRate: 0.1) }),
      ("freeze=encoder", { $0.fineTuning = FineTuning(freeze: .encoder) }),
      ("batchNormalization=frozen", { $0.fineTuning = FineTuning(batchNormalization: .frozen) }),
      ("steps=7", { $0.steps = 7 }),
      ("batchSize=2", { $0.batchSize = 2 }),
      ("shardSize=4", { $0.shards = Shards(size: 4) }),
      ("shardNormalization=perShard", { $0.shards = Shards(size: 2, normalization: .perShard) }),
      ("reduction=fast", { $0.shards = Shards(size: 2, reduction: .fast) }),
      ("size=96x48", { ($0.imageWidth, $0.imageHeight) = (96, 48) }),
      ("augmentation=standard", { $0.augmentation = .standard }),
      ("optimizer=sgd", { $0.optimizer = .sgd }),
      ("learningRate=1e-3", { $0.learningRate = 1e-3 }),
      ("schedule=poly", { $0.schedule = .poly }),
      ("warmup=0.25", { $0.warmup = 0.25 }),
      ("weightDecay=0", { $0.weightDecay = 0 }),
      ("momentum=0.5", { $0.momentum = 0.5 }),
      ("clip=0", { $0.clip = 0 }),
      ("evaluations=3", { $0.evaluations = 3 }),
      ("evaluateOn=tuning", { $0.evaluateOn = .tuning }),
    ]
    for (text, change) in changes {
      var expected = recipe
      change(&expected)
      #expect(expected != recipe, "\(text)")
      #expect(try recipe.applying(text.split(separator: " ").map(String.init)) == expected, "\(text)")
    }
    let keys = changes.compactMap { $0.text.split(separator: " ").last.map { String($0.prefix { $0 != "=" }) } }
    #expect(keys == Recipe.settings.map(\.key))
  }

  /// The small U-Net has none of them, and the usual values leave nothing behind.
  @Test func partsOfTheNetworkComeAndGo() throws {
    #expect(try recipe.applying(["encoder=resnet18", "decoder=fpn", "encoder=small"]) == recipe)
    #expect(try recipe.applying(["weights=a", "freeze=encoder", "weights=none", "freeze=none"]) == recipe)
    #expect(try recipe.applying(["encoder=mobilenetV2", "decoder=deeplabV3Plus"]).network?.outputStride == 16)
    // Another encoder keeps the decoder, and another decoder an output stride of one's own.
    let row = try recipe.applying(["encoder=mobilenetV2", "decoder=deeplabV3Plus", "outputStride=8"])
    #expect(
      try row.applying(["encoder=resnet18"]).network == EncoderDecoder(.resnet18, .deeplabV3Plus, outputStride: 8))
    #expect(try row.applying(["decoder=unet"]).network == EncoderDecoder(.mobilenetV2, .unet, outputStride: 8))
    #expect(inputError { try recipe.applying(["decoder=fpn"]) }.expected.contains("behind encoder=…"))
  }

  @Test func shardsComeAndGo() throws {
    #expect(try recipe.applying(["shardSize=4", "reduction=fast", "shardSize=2"]).shards?.reduction == .fast)
    #expect(try recipe.applying(["shardNormalization=perShard", "shardSize=none"]) == recipe)
  }

  @Test func oneNumberIsBothLengths() throws {
    let square = try recipe.applying(["size=64"])
    #expect(square.imageWidth == 64 && square.imageHeight == 64)
  }

  @Test func laterSettingsWinAndNoneChangesNothing() throws {
    #expect(try recipe.applying([]) == recipe)
    #expect(try recipe.applying(["steps=3", "maps=4", "steps=9"]).steps == 9)
  }

  /// What is wrong only on the way to something right is right: the whole recipe is validated at the end.
  @Test func onlyTheResultIsValidated() throws {
    #expect(try recipe.applying(["maps=1", "advantage=naive"]).maps == 1)
    #expect(inputError { try recipe.applying(["maps=1"]) }.subject == "setting maps")
  }

  @Test func anUnknownKeyAnswersWithTheNearest() {
    let error = inputError { try recipe.applying(["learnRate=1"]) }
    #expect(error.subject == "--set learnRate=1" && error.found == "an unknown key learnRate")
    #expect(error.expected.contains("learningRate") && error.advice.contains("evaluateOn"))
    #expect(inputError { try recipe.applying(["step=1"]) }.expected.hasPrefix("steps"))
    #expect(inputError { try recipe.applying(["qqqqqqqqq=1"]) }.expected == "a key of the recipe")
    #expect(inputError { try recipe.applying(["=1"]) }.found.hasPrefix("an unknown key"))
  }

  @Test(arguments: ["steps", "", "steps 3"])
  func withoutAnEqualsSign(text: String) {
    #expect(inputError { try recipe.applying([text]) }.found == "no =")
  }

  @Test(arguments: [
    "objective=crossentropy", "maps=", "maps=3.5", "maps=99999999999999999999", "steps=1e3", "steps= 5", "size=",
    "size=x",
    "size=32x", "size=x32", "size=32x32x32", "size=32X32", "learningRate=fast", "learningRate=", "schedule=cosine",
    "evaluateOn=train", "optimizer=Adam", "clip=1,5", "score=miou", "augmentation=yes", "advantage=",
  ])
  func aBadValueSaysWhatTheKeyTakes(text: String) throws {
    let error = inputError { try recipe.applying([text]) }
    let parts = text.split(separator: "=", omittingEmptySubsequences: false)
    let setting = try #require(Recipe.settings.first { $0.key == parts[0] })
    #expect(error.subject == "--set \(text)" && error.found == "the value \(parts[1])")
    #expect(error.expected == setting.takes)
  }

  @Test(arguments: [
    "learningRate=nan", "learningRate=inf", "learningRate=-1", "size=33", "size=0x8", "steps=0", "batchSize=0",
    "momentum=1", "warmup=2", "clip=-inf", "networkWidth=0", "evaluations=0", "maps=0", "weightDecay=nan",
    "steps=9223372036854775807",
  ])
  func anImpossibleValueIsRefusedByTheRecipe(text: String) {
    #expect(inputError { try recipe.applying([text]) }.subject.hasPrefix("setting "))
  }
}
