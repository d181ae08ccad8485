import Records
import Rows
import Support
import TestSupport
import Testing

@testable import Tables

@Suite struct DocumentTablesTests {
  private func tables() throws -> DocumentTables {
    let records = try (1...3).flatMap { seed in
      try [
        syntheticRecord(.fashion32CrossEntropy, seed: seed, mIoU: 0.8),
        syntheticRecord(.fashion32Image, seed: seed, mIoU: 0.7 + 0.01 * Double(seed)),
      ]
    }
    return DocumentTables(records)
  }

  @Test func textWithoutMarkersStays() throws {
    for text in ["", "a\nb", "<!-- a comment -->", "a < b"] {
      #expect(try tables().updated(text, named: "p.md") == text)
    }
  }

  @Test func aTableBetweenMarkers() throws {
    let marker = "<!-- rss table 2: rows=fashion32/ce,\nfashion32/image; columns=Method, mIoU, Seeds -->"
    let made = try tables().updated("before\n\(marker)old\nlines<!-- end -->\nafter", named: "p.md")
    #expect(
      made == """
        before
        \(marker)

        | Method                 | mIoU                 | Seeds |
        |------------------------|----------------------|-------|
        | Cross-entropy (labels) | 0.800 [0.800, 0.800] | 3     |
        | RSS, image-level, PSD  | 0.720 [0.695, 0.745] | 3     |

        <!-- end -->
        after
        """)
    #expect(try tables().updated(made, named: "p.md") == made)
  }

  @Test func valuesInALine() throws {
    func value(_ of: String) throws -> String {
      try tables().updated("x <!-- rss value: row=fashion32/image; of=\(of) -->?<!-- end --> y", named: "p.md")
    }
    #expect(try value("seeds") == "x <!-- rss value: row=fashion32/image; of=seeds -->3<!-- end --> y")
    #expect(try value("mIoU").contains("-->0.720 [0.695, 0.745]<!-- end -->"))
    #expect(try value("ratio").contains("-->0.900 ["))
  }

  @Test func theClassesOfRows() throws {
    let made = try tables().updated("<!-- rss table classes: rows=fashion32/image --><!-- end -->", named: "p.md")
    #expect(
      made.contains("| Method                | mIoU                 | Pixel accuracy | background | shape | Seeds |"))
    #expect(made.contains("| 0.667          | 0.50       | 0.50  | 3     |"))
  }

  @Test(arguments: [
    ("\n<!-- rss table 2: rows=fashion32/ce; columns=Method -->", "a marker without <!-- end -->"),
    ("\n<!-- rss table 2: rows=fashion32/ce", "a marker that isn't closed"),
    ("\n<!-- rss table 9: rows=fashion32/ce; columns=Method --><!-- end -->", "table 9, which is no table"),
    ("\n<!-- rss table 2: columns=Method --><!-- end -->", "a marker without rows=…"),
    ("\n<!-- rss table 2: rows=fashion32/ce; columns=Mood --><!-- end -->", "column Mood"),
    ("\n<!-- rss value: row=fashion32/image; of=joy --><!-- end -->", "of=joy, which is none of mIoU, ratio and seeds"),
    ("\n<!-- rss value: row=camvid/ce; of=mIoU --><!-- end -->", "row camvid/ce, of which there is no record"),
  ])
  func whatCantBeMadeIsAnError(text: String, found: String) throws {
    let error = inputError { try tables().updated(text, named: "p.md") }
    #expect(error.subject == "p.md line 2" && error.found == found)
  }
}
