import CMarkdown

/// Markdown with tables as HTML, by MD4C.
///
/// Nothing that a page says is run or fetched from a place that runs: HTML in the source is shown as it is written, and
/// only http, https and relative addresses are kept. Headings are one level deeper than in the source, whose first is
/// the page's own.
func markdownAsHTML(_ source: String) -> String {
  var source = source
  var html: [UInt8] = []
  let status = source.withUTF8 { source in
    withUnsafeMutablePointer(to: &html) { html in
      md_html(
        source.baseAddress, MD_SIZE(source.count),
        { piece, count, html in
          let bytes = UnsafeRawBufferPointer(start: piece, count: Int(count))
          html?.assumingMemoryBound(to: [UInt8].self).pointee.append(contentsOf: bytes)
        }, html, UInt32(MD_FLAG_TABLES | MD_FLAG_NOHTMLBLOCKS | MD_FLAG_NOHTMLSPANS), 0)
    }
  }
  precondition(status == 0, "MD4C takes any text; it fails where there is no memory")
  // MD4C writes < and " of the text as entities, so these patterns meet its own tags alone.
  return String(decoding: html, as: UTF8.self)
    .replacing(#/ (?:href|src)="([^"]*)"/#) { isInert($0.1) ? String($0.0) : "" }
    .replacing(/<(\/?)h([1-5])>/) { "<\($0.1)h\((Int($0.2) ?? 1) + 1)>" }
    .replacing(/<th(?=[ >])/) { _ in "<th scope=\"col\"" }
}

private func isInert(_ address: Substring) -> Bool {
  ["http://", "https://"].contains { address.lowercased().hasPrefix($0) } || !address.contains(":")
}
