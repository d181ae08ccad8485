import Foundation
import Metrics
import PaperFigures
import TestSupport
import Testing

@testable import Tables

@Suite struct TableTests {
  private let table = Table(
    name: "table9", caption: "Table 9. 100% of a_b & more",
    columns: ["Data", "Method", "mIoU", "Queries"],
    rows: [
      [
        .text("set, one"), .text("a \"b\""), .interval(Interval(mean: 0.72146, lower: 0.715, upper: 0.7282, count: 3)),
        .number(128_000, digits: 0),
      ],
      [.text("x|y"), .text("c≥d"), .interval(Interval(mean: 0.5, lower: 0.5, upper: 0.5, count: 1)), .missing],
      [.text("z"), .text("e"), .missing, .number(0.25, digits: 2)],
    ],
    notes: ["A note with #1."])

  @Test func markdown() {
    #expect(
      table.markdown == """
        **Table 9. 100% of a_b & more**

        | Data     | Method | mIoU                 | Queries |
        |----------|--------|----------------------|---------|
        | set, one | a "b"  | 0.721 [0.715, 0.728] | 128000  |
        | x\\|y     | c≥d    | 0.500                | –       |
        | z        | e      | –                    | 0.25    |

        A note with #1.

        """)
  }

  @Test func csv() {
    #expect(
      table.csv == #"""
        Data,Method,mIoU,mIoU lower,mIoU upper,mIoU seeds,Queries
        "set, one","a ""b""",0.72146,0.715,0.7282,3,128000.0
        x|y,c≥d,0.5,0.5,0.5,1,
        z,e,,,,,0.25

        """#)
  }

  @Test func latex() {
    #expect(
      table.latex == """
        % Needs \\usepackage{booktabs}.
        \\begin{table}
        \\centering
        \\caption{Table 9. 100\\% of a\\_b \\& more}
        \\label{tab:table9}
        \\begin{tabular}{llrr}
        \\toprule
        Data & Method & mIoU & Queries \\\\
        \\midrule
        set, one & a "b" & 0.721 {\\scriptsize [0.715, 0.728]} & 128000 \\\\
        x|y & c$\\geq$d & 0.500 & -- \\\\
        z & e & -- & 0.25 \\\\
        \\bottomrule
        \\end{tabular}
        \\par\\footnotesize A note with \\#1.
        \\end{table}

        """)
  }

  @Test func latexEscapesEverySpecialCharacter() {
    let table = Table(name: "t", caption: "&%_#${}–×≥~^\\", columns: ["a"], rows: [])
    #expect(
      table.latex.contains(
        "\\caption{\\&\\%\\_\\#\\$\\{\\}--$\\times$$\\geq$\\textasciitilde{}\\textasciicircum{}\\textbackslash{}}"))
  }

  @Test func withoutRows() {
    let empty = Table(name: "t", caption: "Empty", columns: ["A", "Long title"], rows: [])
    #expect(empty.markdown == "**Empty**\n\n| A | Long title |\n|---|------------|\n")
    #expect(empty.csv == "A,Long title\n")
  }

  /// A column that has an interval in one row keeps its four fields in all.
  @Test func aNumberOrTextInAColumnOfIntervals() {
    let mixed = Table(
      name: "t", caption: "", columns: ["A", "B"],
      rows: [
        [.interval(Interval(mean: 1, lower: 0, upper: 2, count: 2)), .text("b")],
        [.number(3, digits: 0), .text("c")], [.text("t"), .text("d")],
      ])
    #expect(mixed.csv == "A,A lower,A upper,A seeds,B\n1.0,0.0,2.0,2,b\n3.0,,,,c\nt,,,,d\n")
  }

  @Test func writesThreeFiles() throws {
    let folder = try TemporaryFolder()
    try table.write(to: "\(folder.path)/deep/er")
    for (ending, text) in [("md", table.markdown), ("csv", table.csv), ("tex", table.latex)] {
      #expect(try String(contentsOfFile: "\(folder.path)/deep/er/table9.\(ending)", encoding: .utf8) == text)
    }
  }

  @Test func aFileWhereTheFolderShouldBe() throws {
    let folder = try TemporaryFolder()
    try folder.write("x", to: "taken")
    #expect(inputError { try table.write(to: "\(folder.path)/taken") }.advice.contains("--tables"))
  }
}
