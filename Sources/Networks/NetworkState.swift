import Support
import Tensors

extension Network {
  /// Every value that the network's output depends on, by its name in the checkpoint.
  public var state: [String: Tensor] {
    var state: [String: Tensor] = [:]
    for parameter in parameters { state[parameter.name] = parameter.value }
    for statistics in statistics {
      state["\(statistics.name).running_mean"] = statistics.mean
      state["\(statistics.name).running_var"] = statistics.variance
    }
    return state
  }

  /// Takes all values over from a checkpoint; nothing changes where one is missing or has another shape.
  ///
  /// - Parameter subject: the file's name, for the error.
  /// - Throws: `InputError` that names the tensor.
  public func load(_ tensors: [String: Tensor], from subject: String) throws {
    try requireTensors(state.mapValues(\.shape), in: tensors.mapValues(\.shape), of: subject)
    for parameter in parameters { if let tensor = tensors[parameter.name] { parameter.replace(with: tensor) } }
    for statistics in statistics {
      if let mean = tensors["\(statistics.name).running_mean"], let variance = tensors["\(statistics.name).running_var"]
      {
        statistics.replace(mean: mean, variance: variance)
      }
    }
  }
}
