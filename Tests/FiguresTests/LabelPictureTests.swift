import Images
import Testing

@testable import Figures

@Suite struct LabelPictureTests {
  private let palette = [RGB(red: 1, green: 2, blue: 3)]

  @Test func withoutVoidPixelsStayAsTheyAre() {
    let picture = Picture(LabelMap(width: 2, height: 1, fill: 0), palette: palette)
    #expect(picture == Picture(width: 2, height: 1, bytes: [1, 2, 3, 1, 2, 3]))
  }

  @Test func voidIsHatched() {
    let picture = Picture(LabelMap(width: 1, height: 1, fill: 255), palette: palette, fineness: 16)
    #expect(picture.width == 16 && Set(picture.bytes) == [120, 255])
    // A quarter of the pixels are stripes.
    #expect(picture.bytes.filter { $0 == 120 }.count == 3 * 64)
  }
}
