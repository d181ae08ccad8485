import Images
import Testing

@Test func labelsAreInRows() {
  var map = LabelMap(width: 3, height: 2, classes: [0, 1, 2, 3, 4, 5])
  #expect(map[2, 0] == 2)
  #expect(map[0, 1] == 3)
  map[1, 1] = LabelMap.void
  #expect(map.classes == [0, 1, 2, 3, 255, 5])
}

@Test func histogramsCountEveryPixel() {
  let map = LabelMap(width: 5, height: 1, classes: [0, 2, 2, 7, LabelMap.void])
  let all = map.histogram()
  #expect(all.count == 256 && all.reduce(0, +) == 5)
  #expect(all[0] == 1 && all[2] == 2 && all[7] == 1 && all[255] == 1)
  #expect(map.histogram(classes: 3) == [1, 0, 2])
  #expect(LabelMap(width: 0, height: 0, fill: 0).histogram(classes: 2) == [0, 0])
}
