import Foundation
import Support

// rss-fuzz [N [TARGET [SEED]]]: N damaged inputs for every reader, or for one, in one process; the same seed gives the same
// inputs. `make fuzz` builds it with the address sanitizer. Each input is written to fuzz-input before it is read, so
// that a trap leaves it there.

let arguments = CommandLine.arguments.dropFirst()
let count = arguments.first.flatMap { Int($0) } ?? 10_000
let only = arguments.dropFirst().first
let seed = arguments.dropFirst(2).first.flatMap { UInt64($0) } ?? 1
let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rss-fuzz-\(getpid())").path
let inputPath = "fuzz-input"

func runAll() throws -> Bool {
  try Folder.make(folder, advice: "Name another folder for temporary files with TMPDIR.")
  defer { try? FileManager.default.removeItem(atPath: folder) }
  let targets =
    try imageTargets(repository: ".") + textTargets(folder: folder) + networkTargets(folder: folder)
    + recordTargets(folder: folder) + suiteTargets(repository: ".", folder: folder)
  var isFine = true
  for (number, target) in targets.enumerated() where only == nil || only == target.name {
    var mutator = Mutator(seed: seed, target: UInt32(number))
    var read = 0
    let clock = ContinuousClock()
    let time = clock.measure {
      for _ in 0..<count {
        let input = mutator.input(from: target.seeds)
        _ = FileManager.default.createFile(atPath: inputPath, contents: Data(input))
        do {
          try target.run(input, inputPath)
          read += 1
        } catch is InputError {
        } catch {
          print("\(target.name): not an InputError, for \(inputPath): \(error)")
          isFine = false
          break
        }
      }
    }
    print("\(target.name): \(count) inputs, \(read) of them read, \(Int(time / .seconds(1))) s")
    fflush(nil)
  }
  return isFine
}

do {
  guard try runAll() else { exit(1) }
  try? FileManager.default.removeItem(atPath: inputPath)
} catch {
  FileHandle.standardError.write(Data("error: \(error)\n".utf8))
  exit(65)
}
