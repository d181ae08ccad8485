import TestSupport
import Testing

@testable import Rows
@testable import Training
@testable import WeakSupervision

@Suite struct WeakSettingsTests {
  @Test func setsFieldsOfBothRecipes() throws {
    let row = try Row.fashion32CAM.applying([
      "seeds=gradcam++", "steps=7", "classifierOutputStride=4", "scales=0.5,1,2", "mirrored=false", "threshold=0.25",
      "classifierSteps=9", "classifierWidth=3", "classifierLearningRate=0.5", "refinement=none",
    ])
    let weak = try #require(row.weak)
    #expect(weak.seeds == .gradCAMPlusPlus && weak.outputStride == 4 && weak.scales == [0.5, 1, 2])
    #expect(!weak.mirrored && weak.threshold == 0.25 && weak.classifierSteps == 9 && weak.classifierWidth == 3)
    #expect(weak.classifierLearningRate == 0.5 && weak.refinement == .none && row.recipe.steps == 7)
    #expect(try row.applying(["threshold=tuned"]).weak?.threshold == nil)
  }

  /// What refines the seeds has settings of its own, which a record keeps.
  @Test func setsFieldsOfTheRefinement() throws {
    let crf = try Row.fashion32CAM.applying([
      "refinement=crf", "crfSmoothness=1", "crfAppearance=2", "crfPosition=3", "crfColour=0.5", "crfIterations=4",
    ])
    let expected = DenseCRF(
      smoothnessWeight: 1, appearanceWeight: 2, appearancePosition: 3, appearanceColour: 0.5, iterations: 4)
    #expect(crf.weak?.crf == expected && crf.weak?.pamr == nil)
    let pamr = try Row.fashion32CAM.applying(["refinement=pamr", "dilations=1,5", "iterations=6"])
    #expect(pamr.weak?.pamr == PAMR(dilations: [1, 5], iterations: 6) && pamr.weak?.crf == nil)
    let psa = try Row.fashion32CAM.applying([
      "refinement=affinityWalk", "affinityStride=2", "affinitySteps=9", "certain=0.5", "possible=0.25", "walkBeta=3",
      "walkLogSteps=4",
    ])
    let affinity = try #require(psa.weak?.affinity)
    #expect(affinity.stride == 2 && affinity.steps == 9 && affinity.certain == 0.5 && affinity.possible == 0.25)
    #expect(affinity.walk == RandomWalk(beta: 3, logSteps: 4) && psa.weak?.crf != nil)
    #expect(inputError { try Row.fashion32CAM.applying(["crfColour=1"]) }.expected.contains("where a dense CRF"))
    #expect(inputError { try psa.applying(["affinityStride=3"]) }.subject == "affinity network's stride")
    #expect(inputError { try psa.applying(["walkLogSteps=40"]) }.subject == "random walk")
    #expect(try psa.applying(["refinement=none"]).weak?.affinity == nil)
  }

  // What weights there are, the disk knows.
  @Test(arguments: WeakRecipe.settings.map(\.key).filter { $0 != "classifierWeights" })
  func badValuesAreNamed(key: String) {
    let error = inputError { try Row.fashion32CAM.applying(["\(key)=x,y"]) }
    #expect(error.subject == "--set \(key)=x,y" && error.found == "the value x,y")
  }

  @Test func impossibleValuesAreNamed() {
    let error = inputError { try Row.fashion32CAM.applying(["classifierOutputStride=3"]) }
    #expect(error.subject == "setting classifierOutputStride" && error.expected.hasPrefix("one of 1, 2, 4, 8"))
  }

  /// An encoder brings the output strides that it has, and goes with them.
  @Test func theClassifierTakesAnEncoder() throws {
    let row = try Row.fashion32CAM.applying(["classifierEncoder=resnet18", "classifierWeights=imagenet"])
    let weak = try #require(row.weak)
    #expect(weak.classifierEncoder == .resnet18 && weak.outputStride == 16 && weak.classifierWeights == "imagenet")
    let recipe = weak.classifierRecipe(within: row.recipe)
    #expect(recipe.network?.encoder == .resnet18 && recipe.fineTuning?.weights == "imagenet")
    #expect(row.recipe.network == nil)
    #expect(inputError { try row.applying(["classifierOutputStride=4"]) }.expected.hasPrefix("one of 8, 16, 32"))
    // An output stride of one's own stays, in any order.
    let own = try Row.fashion32CAM.applying(["classifierOutputStride=8", "classifierEncoder=resnet18"])
    #expect(own.weak?.outputStride == 8)
    let small = try row.applying(["classifierEncoder=small", "classifierWeights=none"])
    #expect(small.weak?.classifierEncoder == nil && small.weak?.outputStride == 4)
    #expect(small.weak?.classifierRecipe(within: row.recipe).fineTuning == nil)
  }

  /// The network that learns pseudo labels and then goes on is one, and starts from the weights once.
  @Test func theFirstNetworkIsTheSame() throws {
    let row = try Row.fashion32CAMThenReward.applying(["encoder=resnet18", "weights=imagenet", "freeze=encoder"])
    let start = try #require(row.weak?.start)
    #expect(start.network?.encoder == .resnet18 && start.network == row.recipe.network)
    #expect(start.fineTuning == FineTuning(weights: "imagenet", freeze: .encoder))
    #expect(row.recipe.fineTuning == FineTuning(freeze: .encoder))
    #expect(try Row.fashion32CAMThenReward.applying(["steps=3"]).weak?.start == Row.fashion32CAMThenReward.weak?.start)
    let wider = try Row.fashion32CAMThenReward.applying(["networkWidth=5"])
    #expect(wider.weak?.start?.networkWidth == 5 && wider.recipe.networkWidth == 5)
  }

  /// What stays must be something.
  @Test(arguments: ["freeze=encoder", "batchNormalization=frozen"]) func whatStaysNeedsWeights(setting: String) throws {
    let key = String(try #require(setting.split(separator: "=").first))
    let error = inputError { try Row.fashion32Image.applying(["encoder=resnet18", setting]) }
    #expect(error.subject == "setting \(key)" && error.expected.hasPrefix("weights=…"))
    #expect(try Row.fashion32Image.applying(["encoder=resnet18", "weights=a", setting]).recipe.fineTuning != nil)
  }

  /// Other rows don't have these settings.
  @Test func rowsWithoutTagsRefuseThem() {
    #expect(
      inputError { try Row.fashion32Image.applying(["classifierWidth=4"]) }.found == "an unknown key classifierWidth")
    // The network's own output stride needs an encoder.
    #expect(inputError { try Row.fashion32Image.applying(["outputStride=16"]) }.expected.contains("encoder=…"))
  }
}
