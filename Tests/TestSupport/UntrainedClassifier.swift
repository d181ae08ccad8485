import Networks
import WeakSupervision

/// A classifier of bags and boots with the weights of its seed.
package func untrainedClassifier() -> ClassifierCheckpoint {
  let classifier = Classifier(.init(channels: 3, width: 2, outputs: 2, outputStride: 4), seed: 9)
  return ClassifierCheckpoint(
    description: .init(
      network: classifier.configuration, classes: ["Bag", "Ankle boot"], normalization: .identity(channels: 3),
      row: "folder/cam", seed: 9), classifier: classifier)
}
