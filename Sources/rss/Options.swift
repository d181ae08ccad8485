import ArgumentParser
import Records
import Rows
import Runs
import Support
import Tensors

/// Options that several commands share.
struct ThreadOptions: ParsableArguments {
  @Option(help: "Threads of everything; default: OMP_NUM_THREADS or all cores. Another number rounds differently.")
  var threads: Int?

  func apply() throws {
    guard let threads else { return }
    guard (1...1024).contains(threads) else {
      throw InputError(
        "--threads", found: "\(threads)", expected: "1 to 1024", advice: "Leave it out to use all cores.")
    }
    Threads.use(threads)
  }
}

struct RecordOptions: ParsableArguments {
  @Option(help: "The folder of run records.")
  var records: String = "paper/records"

  /// Warns of what is left out.
  ///
  /// - Throws: `InputError` where no run is left: nothing is to be written over with nothing.
  func archive() throws -> RecordArchive {
    let archive = try RecordArchive(contentsOf: records)
    for warning in archive.warnings { printError("warning: \(warning)") }
    guard !archive.runs.isEmpty else {
      throw InputError(
        records, found: "no run of a row",
        expected: "folders with a run.json, as rss train and rss reproduce write them",
        advice: "Name a folder that has some with --records.")
    }
    return archive
  }
}

struct FolderOptions: ParsableArguments {
  @Option(help: "A data folder: images/, labels/, classes.txt and one text file per split.")
  var data: String?

  @Option(help: "The folder's split to train on (default: the row's, as a rule train).")
  var trainSplit: String?

  @Option(help: "The folder's split to evaluate on (default: the row's, as a rule val).")
  var valSplit: String?

  @Option(help: "A named class map, such as voc7 (default: the row's).")
  var remap: String?

  /// The row's own data, but for what is given.
  func apply(to row: Row) throws -> Row {
    var row = row
    guard row.data.kind == .folder else {
      let given = [("--data", data), ("--remap", remap), ("--train-split", trainSplit), ("--val-split", valSplit)]
      if let (option, _) = given.first(where: { $0.1 != nil }) {
        throw InputError(
          option, found: "a folder's option for row \(row.name)", expected: "a row that reads a folder",
          advice: "Use folder/ce, folder/pixel, folder/image, or a row of camvid or voc7.")
      }
      return row
    }
    if let data { row.data.directory = data }
    if let trainSplit { row.data.trainSplit = trainSplit }
    if let valSplit { row.data.validationSplit = valSplit }
    if let remap { row.data.remap = remap }
    return row
  }
}

struct KeepingOptions: ParsableArguments {
  @Option(help: "Steps from one state on disk, from which --resume goes on, to the next.")
  var checkpointEvery: Int = RunKeeping.defaultInterval

  @Flag(help: "Replace an earlier run in the same folder; with --resume, only one that can't be gone on with.")
  var overwrite = false

  /// From here on Ctrl-C and SIGTERM end a run after its step.
  ///
  /// - Parameter folderOption: the option that names another folder.
  func value(resume: Bool, folderOption: String = "--out") throws -> RunKeeping {
    guard checkpointEvery >= 1 else {
      throw InputError(
        "--checkpoint-every", found: "\(checkpointEvery)", expected: "1 step or more",
        advice: "Leave it out for every \(RunKeeping.defaultInterval) steps.")
    }
    Interruption.watch()
    return RunKeeping(
      resume: resume, overwrite: overwrite, interval: checkpointEvery, folderOption: folderOption
    ) { Interruption.signalReceived }
  }
}
