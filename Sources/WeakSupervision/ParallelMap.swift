import Tensors

/// What `body` makes of each index, in their order, on all threads. Which thread makes what follows from the index
/// alone; the first error in their order is thrown.
///
/// `body` must touch nothing that another index changes, and run no network: its libraries use the threads themselves.
///
/// - Parameter checkStop: is asked before each index.
func parallelMap<Value>(
  _ count: Int, checkStop: StopCheck = {}, _ body: (Int) throws -> Value
) throws -> [Value] {
  var results = [Result<Value, any Error>?](repeating: nil, count: count)
  results.withUnsafeMutableBufferPointer { results in
    guard let result = results.baseAddress else { return }
    parallelRanges(count) { range in
      for index in range {
        result[index] = Result {
          try checkStop()
          return try body(index)
        }
      }
    }
  }
  return try results.compactMap { try $0?.get() }
}
