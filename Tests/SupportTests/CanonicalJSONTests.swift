import Foundation
import Support
import Testing

@Suite struct CanonicalJSONTests {
  private struct Line: Encodable {
    var path = "a/b"
    var values: [Double] = [1, 0.5]
    var bytes = Data([1, 2, 3])
  }

  @Test func bytesFollowFromTheValue() throws {
    let text = String(decoding: try CanonicalJSON.encode(Line(), of: "a line"), as: UTF8.self)
    #expect(text == #"{"bytes":"AQID","path":"a/b","values":[1,0.5]}"#)
    let pretty = String(decoding: try CanonicalJSON.encode(Line(), layout: .pretty, of: "a line"), as: UTF8.self)
    #expect(pretty.split(separator: "\n").count == 8)
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func aNumberThatIsNotFiniteIsNamed(number: Double) {
    let error = #expect(throws: InputError.self) {
      try CanonicalJSON.encode(Line(values: [0, number]), of: "runs/a/run.json")
    }
    #expect(error?.subject == "runs/a/run.json")
    #expect(error?.found == "\(number) in values.[1]")
  }
}
