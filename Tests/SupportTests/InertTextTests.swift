import Support
import Testing

@Suite struct InertTextTests {
  @Test func textStaysAsItIs() {
    for text in ["", "T-shirt/top", "Straße “é” 类 🙂", #"\u{1B}"#] { #expect(printable(text) == text) }
  }

  @Test func whatATerminalObeysIsShown() {
    #expect(printable("\u{1B}]0;owned\u{07}") == #"\u{1B}]0;owned\u{7}"#)
    #expect(printable("a\nb\tc\r") == #"a\u{A}b\u{9}c\u{D}"#)
    #expect(printable("\u{9B}31m\u{7F}") == #"\u{9B}31m\u{7F}"#)
    #expect(printable("x\u{202E}gnp.exe\u{2066}") == #"x\u{202E}gnp.exe\u{2066}"#)
  }

  @Test func everyMessageIsInert() {
    let error = InputError("\u{1B}[2J.png", found: "class \u{202E}a", expected: "b", advice: "Rename \u{1B}[2J.png.")
    #expect(error.description == #"\u{1B}[2J.png: found class \u{202E}a; expected b. Rename \u{1B}[2J.png."#)
  }

  @Test func markupIsText() {
    #expect(
      htmlEscaped("<script>alert(\"a\" & 'b')</script>\u{1B}")
        == "&lt;script&gt;alert(&quot;a&quot; &amp; &#39;b&#39;)&lt;/script&gt;")
    #expect(htmlEscaped("a\n\tb") == "a\n\tb")
  }
}
