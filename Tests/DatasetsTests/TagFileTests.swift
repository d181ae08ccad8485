import Support
import Testing

@testable import Datasets

@Suite struct TagFileTests {
  private func folder(_ text: String) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write("0 background\n1 cat\n2 dog\n3 cow\n255 void\n", to: "classes.txt")
    try folder.write(text, to: TagFile.fileName)
    return folder
  }

  @Test func readsClassesOfEachImage() throws {
    let folder = try folder("one 3 1\n\n  two   2 \nnothing\n")
    let file = try TagFile(directory: folder.path)
    #expect(try file.tags(of: "one") == [1, 3])
    #expect(try file.tags(of: "two") == [2])
    #expect(try file.tags(of: "nothing") == [])
  }

  @Test func aClassMapDropsAndRenumbersTags() throws {
    let folder = try folder("one 3 1\ntwo 2\n")
    let file = try TagFile(
      directory: folder.path, remap: ClassMap(name: "small", kept: ["background", "cow", "cat"]))
    #expect(try file.tags(of: "one") == [1, 2])
    #expect(try file.tags(of: "two") == [])
  }

  @Test func anImageWithoutALineIsNamed() throws {
    let folder = try folder("one 1\n")
    let file = try TagFile(directory: folder.path)
    #expect {
      try file.tags(of: "two")
    } throws: { error in
      let error = error as? InputError
      return error?.found == "no line for the image two" && error?.subject.hasSuffix("image_labels.txt") == true
    }
  }

  @Test(arguments: [
    ("one 1\ntwo 4\n", "line 2", "the tag 4"), ("one cat\n", "line 1", "the tag cat"),
    ("one 255\n", "line 1", "the tag 255"), ("one 1\n\none 2\n", "line 3", "one for the second time"),
    ("one 1 1\n", "line 1", "the tag 1 twice"), ("one 0 1\n", "line 1", "the tag 0, which is background"),
  ])
  func faultyLinesAreNamed(text: String, line: String, found: String) throws {
    let folder = try folder(text)
    #expect {
      try TagFile(directory: folder.path)
    } throws: { error in
      let error = error as? InputError
      return error?.subject == "\(folder.path)/image_labels.txt \(line)" && error?.found == found
    }
  }

  @Test func aMissingFileIsNamed() throws {
    let folder = try folder("")
    try folder.remove(TagFile.fileName)
    #expect {
      try TagFile(directory: folder.path)
    } throws: { error in
      (error as? InputError)?.found == "no such file"
    }
  }
}
