import Foundation
import Metrics
import TestSupport
import Testing

@testable import Tables

@Suite struct TableTests {
  private func table() throws -> Table {
    Table(
      name: "table9", caption: "Table 9. 100% of a_b & more",
      columns: ["Data", "Method", "mIoU", "Queries", "Seeds"],
      rows: [
        [
          .text("set, one"), .text("a \"b\""), .seeds(try #require(seedValues([1, 2, 3]))),
          .number(128_000, digits: 0), .number(3, digits: 0),
        ],
        [
          .text("x|y"), .text("c≥d"), .difference(try #require(seedValues([0.5, -0.25]))), .missing,
          .number(2, digits: 0),
        ],
        [.text("z"), .text("e"), .missing, .number(0.25, digits: 2), .missing],
      ],
      notes: ["A note with #1."])
  }

  @Test func markdown() throws {
    #expect(
      try table().markdown == """
        **Table 9. 100% of a_b \\& more**

        | Data     | Method | mIoU                  | Queries | Seeds |
        |----------|--------|-----------------------|---------|-------|
        | set, one | a "b"  | 2.000 [-0.484, 4.484] | 128000  | 3     |
        | x\\|y     | c≥d    | +0.500 -0.250         | –       | 2     |
        | z        | e      | –                     | 0.25    | –     |

        A note with #1.

        """)
  }

  /// An interval has its four columns; where there is none, its bounds are empty. Numbers have all their digits.
  @Test func csv() throws {
    let lines = try table().csv.split(separator: "\n")
    #expect(lines[0] == "Data,Method,mIoU,mIoU lower,mIoU upper,mIoU seeds,Queries,Seeds")
    let first = lines[1].components(separatedBy: #""a ""b""","#)
    #expect(first[0] == "\"set, one\"," && first[1].hasPrefix("2.0,-0.48413") && first[1].hasSuffix(",3,128000,3"))
    #expect(lines[2] == "x|y,c≥d,0.125,,,2,,2")
    #expect(lines[3] == "z,e,,,,,0.25,")
  }

  @Test func everySeedHasItsLine() throws {
    #expect(
      try table().seedsCSV == #"""
        Seed,Data,Method,mIoU,Queries
        1,"set, one","a ""b""",1.0,128000
        2,"set, one","a ""b""",2.0,128000
        3,"set, one","a ""b""",3.0,128000
        1,x|y,c≥d,0.5,
        2,x|y,c≥d,-0.25,

        """#)
  }

  @Test func latex() throws {
    #expect(
      try table().latex == """
        % Needs \\usepackage{booktabs}.
        \\begin{table}
        \\centering
        \\caption{Table 9. 100\\% of a\\_b \\& more}
        \\label{tab:table9}
        \\begin{tabular}{llrrr}
        \\toprule
        Data & Method & mIoU & Queries & Seeds \\\\
        \\midrule
        set, one & a \\textquotedbl{}b\\textquotedbl{} & 2.000 {\\scriptsize [-0.484, 4.484]} & 128000 & 3 \\\\
        x\\textbar{}y & c$\\geq$d & +0.500 -0.250 & -- & 2 \\\\
        z & e & -- & 0.25 & -- \\\\
        \\bottomrule
        \\end{tabular}
        \\par\\footnotesize A note with \\#1.
        \\end{table}

        """)
  }

  @Test func latexEscapesEverySpecialCharacter() {
    #expect(
      escapedLaTeX("&%_#${}–×≥~^\\")
        == "\\&\\%\\_\\#\\$\\{\\}--$\\times$$\\geq$\\textasciitilde{}\\textasciicircum{}\\textbackslash{}")
    // After the end of a table's line a bracket would be read as a length, and a line break of a name as a new paragraph.
    #expect(escapedLaTeX("[1mm] <b>\nx") == "{[}1mm{]} \\textless{}b\\textgreater{} x")
    #expect(escapedLaTeX("\\input{/etc/passwd}") == "\\textbackslash{}input\\{/etc/passwd\\}")
  }

  /// Names come from files: none makes a link, a tag, a new cell or emphasis.
  @Test func markdownIsInert() {
    #expect(escapedMarkdown("a|b\nc") == "a\\|b c")
    #expect(
      escapedMarkdown("[x](http://y) <script> `c` *b* ~d~ \\ &lt;")
        == "\\[x\\](http://y) \\<script\\> \\`c\\` \\*b\\* \\~d\\~ \\\\ \\&lt;")
    // An underscore within a word opens nothing.
    #expect(escapedMarkdown("traffic_light _x_ < 0.001") == "traffic_light \\_x\\_ < 0.001")
    #expect(escapedMarkdown("") == "")
    // A terminal's title stays what it was.
    #expect(escapedMarkdown("\u{1B}]0;x\u{7}") == "\\\\u{1B}\\]0;x\\\\u{7}")
  }

  @Test func withoutRows() {
    let empty = Table(name: "t", caption: "Empty", columns: ["A", "Long title"], rows: [])
    #expect(empty.markdown == "**Empty**\n\n| A | Long title |\n|---|------------|\n")
    #expect(empty.csv == "A,Long title\n")
  }

  /// A column that has an interval in one row keeps its four fields in all.
  @Test func aNumberOrTextInAColumnOfIntervals() throws {
    let mixed = Table(
      name: "t", caption: "", columns: ["A", "B"],
      rows: [
        [.seeds(try #require(seedValues([1, 3]))), .text("b")], [.number(3, digits: 0), .text("c")],
        [.text("t"), .text("d")],
      ])
    #expect(mixed.csv == "A,A lower,A upper,A seeds,B\n2.0,,,2,b\n3,,,,c\nt,,,,d\n")
    #expect(mixed.seedsCSV == "Seed,A,B\n1,1.0,b\n2,3.0,b\n")
  }

  @Test func writesFourFiles() throws {
    let folder = try TemporaryFolder()
    let table = try table()
    try table.write(to: "\(folder.path)/deep/er")
    let files = [(".md", table.markdown), (".csv", table.csv), ("-seeds.csv", table.seedsCSV), (".tex", table.latex)]
    for (ending, text) in files {
      #expect(try String(contentsOfFile: "\(folder.path)/deep/er/table9\(ending)", encoding: .utf8) == text)
    }
  }

  @Test func aFileWhereTheFolderShouldBe() throws {
    let folder = try TemporaryFolder()
    try folder.write("x", to: "taken")
    #expect(inputError { try table().write(to: "\(folder.path)/taken") }.advice.contains("--tables"))
  }
}
