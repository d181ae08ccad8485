import Testing

@testable import Reports

@Suite struct MarkdownHTMLTests {
  @Test func blocks() {
    #expect(markdownAsHTML("") == "")
    #expect(markdownAsHTML("# A\n\none\ntwo\n") == "<h2>A</h2>\n<p>one\ntwo</p>\n")
    #expect(markdownAsHTML("- a\n  b\n- c") == "<ul>\n<li>a\nb</li>\n<li>c</li>\n</ul>\n")
    #expect(markdownAsHTML("1. a\n2. b").hasPrefix("<ol>\n<li>a</li>"))
    #expect(markdownAsHTML("```\na < b\n```\nc") == "<pre><code>a &lt; b\n</code></pre>\n<p>c</p>\n")
    #expect(markdownAsHTML("```\nnever closed") == "<pre><code>never closed\n</code></pre>\n")
  }

  @Test func tables() {
    let html = markdownAsHTML("| a | b \\| c |\n|---|---|\n| 1 | – |")
    #expect(html.contains("<th scope=\"col\">b | c</th>") && html.contains("<td>1</td>\n<td>–</td>"))
  }

  @Test func inline() {
    #expect(
      markdownAsHTML("**b** *i* `*c*` [x](a/b.md)")
        == "<p><strong>b</strong> <em>i</em> <code>*c*</code> <a href=\"a/b.md\">x</a></p>\n")
  }

  @Test func codeInsideEmphasis() {
    #expect(markdownAsHTML("**a `*b*` c** `d`") == "<p><strong>a <code>*b*</code> c</strong> <code>d</code></p>\n")
  }

  /// What a page says is never run.
  @Test func htmlIsText() {
    #expect(markdownAsHTML("<script>alert(1)</script>") == "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n")
    #expect(!markdownAsHTML("[x](javascript:alert(1))").contains("href"))
    for address in ["JAVAscript&colon;a", "java&#10;script:a", "data:text/html,x", "vbscript:x"] {
      #expect(!markdownAsHTML("[x](\(address)) ![x](\(address)) <\(address)>").contains("href"), "\(address)")
      #expect(!markdownAsHTML("![x](\(address))").contains("src="))
    }
    #expect(markdownAsHTML("[x](\"onclick=\"y)") == "<p><a href=\"%22onclick=%22y\">x</a></p>\n")
    #expect(markdownAsHTML("[x](a \"t\\\" onclick=\\\"y\")").contains("title=\"t&quot; onclick=&quot;y\""))
    #expect(markdownAsHTML("`<h1>` \" href=\"x:y\"") == "<p><code>&lt;h1&gt;</code> &quot; href=&quot;x:y&quot;</p>\n")
    #expect(markdownAsHTML("[x](https://e.org/a:b)").contains("href=\"https://e.org/a:b\""))
  }
}
