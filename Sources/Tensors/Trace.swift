import Support

/// What a function on a tape computes: the operations of one forward pass, for whoever writes them down in another form.
///
///     let trace = try Trace(ofImages: [1, 32, 48, 3]) { images, tape in network.logits(images, on: tape) }
///
/// It holds for that shape of images; two traces tell what depends on it.
package struct Trace: Sendable {
  /// Where a value comes from.
  package enum Origin: Hashable, Sendable {
    case images
    /// Of this name.
    case parameter(String)
    /// Of an operation on earlier values, given by their places in `values`.
    case operation(Operation, on: [Int])
  }

  /// A tensor of the pass, without its scalars.
  package struct Value: Hashable, Sendable {
    package let origin: Origin
    package let shape: [Int]
  }

  /// Each stands behind those that it is computed from.
  package let values: [Value]
  /// The place of the function's result.
  package let output: Int

  /// Runs the function once, on black images.
  ///
  /// - Throws: `InputError` where it computes a value otherwise than by the tape's operations: such a step would be
  ///   missing from the trace without a sign.
  package init(ofImages shape: [Int], _ function: (_ images: Variable, _ tape: Tape) -> Variable) throws {
    let notes = TraceNotes()
    let images = notes.note(Tensor(zeros: shape), from: .images)
    let result = function(images, Tape(tracing: notes))
    if let problem = notes.problem { throw problem }
    guard let output = result.place else { throw TraceNotes.unknown("the result") }
    (values, self.output) = (notes.values, output)
  }
}

/// What a tracing tape has seen so far.
final class TraceNotes {
  private(set) var values: [Trace.Value] = []
  private(set) var problem: InputError?
  private var parameters: [String: Variable] = [:]

  /// The tensor as the next value.
  func note(_ tensor: Tensor, from origin: Trace.Origin) -> Variable {
    values.append(Trace.Value(origin: origin, shape: tensor.shape))
    return Variable(tensor, place: values.count - 1)
  }

  /// One value for each parameter, however often it is used.
  func note(_ parameter: Parameter) -> Variable {
    if let known = parameters[parameter.name] { return known }
    let variable = note(parameter.value, from: .parameter(parameter.name))
    parameters[parameter.name] = variable
    return variable
  }

  /// The result of an operation. One that reads a value of no operation is remembered as the problem of the trace.
  func note(_ operation: Operation, _ result: Tensor, from inputs: [Variable]) -> Variable {
    let places = inputs.compactMap(\.place)
    if places.count < inputs.count, problem == nil { problem = Self.unknown("an input of \(operation.name)") }
    return note(result, from: .operation(operation, on: places))
  }

  static func unknown(_ value: String) -> InputError {
    InputError(
      "the network", found: "\(value), computed outside the tape",
      expected: "every value from the images, a parameter or an operation of the tape",
      advice: "Compute it by the tape's own operations, and make no Variable of a Tensor in between.")
  }
}
