import Support

/// What to do about an image file that isn't there or can't be read.
let checkPath = "Check the path, or fetch the data set again if the file should be part of it."

/// What a file begins with, in words, for a file that isn't what it was taken for.
func firstBytes(_ bytes: [UInt8]) -> String {
  let start = bytes.prefix(8)
  if start.isEmpty { return "an empty file" }
  if start.allSatisfy({ (0x20..<0x7F).contains($0) || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }) {
    let text = String(decoding: start, as: UTF8.self).map { $0.isNewline || $0 == "\t" ? " " : String($0) }
    return "text that begins “\(text.joined())”"
  }
  let hexadecimal = start.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
  return "a file that begins with the bytes \(hexadecimal.joined(separator: " "))"
}

/// The complaint about an image of more pixels than the decoders accept.
package func tooLarge(_ name: String, _ size: String) -> InputError {
  InputError(
    name, found: size, expected: "at most 2^26 pixels (8192 x 8192)",
    advice: "If the size is real, cut or shrink the image with another program first; else the file is damaged.")
}

/// The complaint about an image that the decoders accept but the machine has no room for.
func outOfMemory(_ name: String, _ width: Int, _ height: Int) -> InputError {
  InputError(
    name, found: "\(width) x \(height) pixels, for which there is not enough memory", expected: "an image that fits",
    advice: "Close other programs, or shrink the image first.")
}
