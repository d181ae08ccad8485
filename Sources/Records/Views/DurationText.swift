/// Seconds as people say them: `40 s`, `3 min 20 s`, `2 h 5 min`.
///
/// Records and metrics are data that anybody may have written: what isn't a time is shown as `–`.
package func durationText(_ seconds: Double) -> String {
  // A century: no run takes longer, and the number fits any integer.
  guard seconds >= 0, seconds < 3.2e9 else { return "–" }
  let total = Int(seconds.rounded())
  if total < 60 { return "\(total) s" }
  if total < 3600 { return "\(total / 60) min \(total % 60) s" }
  return "\(total / 3600) h \(total % 3600 / 60) min"
}
