import Foundation
import Records
import Tables
import TestSupport
import Testing

@testable import Reports

@Suite(.enabled(if: fontsAreHere, "DejaVu Sans is missing")) struct ReportTests {
  @Test func holdsTablesFiguresAndProvenanceAndNothingFromElsewhere() throws {
    let report = Report(archive: try syntheticArchive(), claims: "# Claims\n\n**C1** holds.", figures: "/nonexistent")
    let html = try report.html()
    #expect(html.contains("Table 1.") && html.contains("Table 2.") && html.contains("<strong>C1</strong>"))
    #expect(html.contains("id=\"figure-convergence\"") && html.contains("0.700"))
    #expect(html.contains("<dt>Commit</dt><dd>abc</dd>") && html.contains("prefers-color-scheme: dark"))
    for reference in ["src=\"http", "href=\"http", "<script", "<link", "url(", "@import"] {
      #expect(!html.contains(reference), "\(reference)")
    }
    #expect(try report.html() == html)
  }

  /// Every link of the contents has its target, once.
  @Test func linksLeadSomewhere() throws {
    let html = try Report(archive: try syntheticArchive(), claims: nil, figures: "").html()
    let targets = html.matches(of: /href="#([^"]+)"/).map { String($0.1) }
    #expect(targets.count > 4 && !targets.contains("claims"))
    for target in targets { #expect(html.components(separatedBy: " id=\"\(target)\"").count == 2, "\(target)") }
    #expect(html.contains("scope=\"col\"") && html.contains("scope=\"row\"") && html.contains("lang=\"en\""))
  }

  @Test func picturesDrawnBeforeAreTakenWithTheirWords() throws {
    let folder = try TemporaryFolder()
    try folder.write("png", to: "overlays-x.png")
    try folder.write("<svg><title>What &lt;it&gt; is</title><desc>Says.</desc></svg>", to: "overlays-x.svg")
    let html = try Report(archive: RecordArchive(), claims: nil, figures: folder.path).html()
    #expect(html.contains("alt=\"What &lt;it&gt; is. Says.\" src=\"data:image/png;base64,cG5n\""))
  }

  @Test func withoutAnyRun() throws {
    let html = try Report(archive: RecordArchive(), claims: nil, figures: "").html()
    #expect(html.contains("<dt>Runs</dt><dd>0</dd>") && !html.contains("<figure "))
  }
}
