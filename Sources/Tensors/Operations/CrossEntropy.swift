import CKernels
import Ranks
import Support
import Synchronization

/// Log-softmax cross-entropy, averaged over the pixels that have a label:
///
///     L = -1/V sum over valid p of log softmax(z_p)[y_p],    dL/dz_p,k = (softmax(z_p)[k] - 1[k = y_p]) / V
///
/// - Parameters:
///   - logits: `[N, H, W, K]`, K at most 255.
///   - labels: N H W class ids; 255 is void and counts neither in V nor anywhere else. An id of K or more is a
///     programmer's mistake: data sets check theirs when they are read.
///   - ranks: have the batch's other images; V and the loss are of all.
/// - Returns: the loss (nil where every pixel is void) and its gradient (then zero). Cost: one pass over the logits.
public func crossEntropy(
  logits: Tensor, labels: [UInt8], ranks: any Communicator = .alone
) -> StepOutcome {
  let images = logits.shape.count == 4 ? logits.shape[0] : 1
  let pixels = labels.count / max(1, images)
  let classes = checkedClasses(logits, labels)
  let valid = ranks.sum(labels.count { $0 != 255 })
  var gradient = Tensor(uninitialized: logits.shape)
  let scale = valid > 0 ? 1 / Float(valid) : 0
  // One partial sum per fixed block of an image, added in order: the loss doesn't depend on the number of threads, nor on who
  // has which images.
  let block = 1024
  let blocks = (pixels + block - 1) / block
  var partial = [Double](repeating: 0, count: images * blocks)
  withPointers(writing: &partial, &gradient, reading: logits, labels) { sums, gradient, logits, labels in
    parallelRanges(images * blocks, minimumPerThread: 4) { range in
      for b in range {
        let inImage = b % blocks * block
        let first = b / blocks * pixels + inImage
        sums[b] = rss_cross_entropy(
          gradient + first * classes, logits + first * classes, labels + first, min(block, pixels - inImage),
          Int32(classes), scale)
      }
    }
  }
  let loss = ranks.gather(partial).reduce(0, +)
  return StepOutcome(loss: valid > 0 ? loss / Double(valid) : nil, gradient: gradient)
}

/// The most probable class of each pixel; the lowest id wins a tie.
///
/// - Parameter logits: `[N, H, W, K]`.
/// - Throws: `InputError` where a logit is NaN: no class is the most probable one, and a class that was taken all the
///   same would look like a prediction.
public func mostProbableClasses(_ logits: Tensor) throws -> [UInt8] {
  let classes = logits.shape.last ?? 1
  let pixels = classes == 0 ? 0 : logits.count / classes
  let wrong = Atomic(0)
  var found = [UInt8](repeating: 0, count: pixels)
  withPointers(writing: &found, reading: logits) { found, logits in
    parallelRanges(pixels, minimumPerThread: 4096) { range in
      let first = range.lowerBound
      wrong.add(
        rss_argmax(found + first, logits + first * classes, range.count, Int32(classes)), ordering: .relaxed)
    }
  }
  let count = wrong.load(ordering: .relaxed)
  guard count == 0 else {
    throw InputError(
      "the network's output", found: "NaN for \(count) of \(pixels) pixels", expected: "numbers",
      advice: "Its training has diverged, or its checkpoint is damaged: train again, with a lower learning rate.")
  }
  return found
}

/// K, after checking that there is a label per pixel and that each is a class or void.
package func checkedClasses(_ logits: Tensor, _ labels: [UInt8]) -> Int {
  let classes = checkedClasses(logits, pixels: labels.count)
  precondition(labels.allSatisfy { Int($0) < classes || $0 == 255 }, "a label is a class below \(classes) or void")
  return classes
}

/// K, after checking that the logits are of so many pixels.
package func checkedClasses(_ logits: Tensor, pixels: Int) -> Int {
  guard let classes = logits.shape.last else { preconditionFailure("logits have a class dimension") }
  precondition((1...255).contains(classes), "1 to 255 classes, not \(classes)")
  precondition(logits.count == pixels * classes, "one label per pixel: \(logits.shape), \(pixels) labels")
  return classes
}
