import Testing

@testable import Figures

@Suite struct LabelPlacesTests {
  @Test func specialCases() {
    #expect(spreadApart([], gap: 10, within: 0...100) == [])
    #expect(spreadApart([50], gap: 10, within: 0...100) == [50])
    #expect(spreadApart([-5, 120], gap: 10, within: 0...100) == [0, 100])
    #expect(spreadApart([10, 50], gap: 10, within: 0...100) == [10, 50])
  }

  @Test(arguments: [[50, 50, 50], [99, 98, 97, 96], [0, 0, 100, 100], [3, 1, 2]] as [[Double]])
  func areApartInOrderAndWithin(wanted: [Double]) {
    let places = spreadApart(wanted, gap: 10, within: 0...100)
    for i in wanted.indices {
      #expect((0.0...100).contains(places[i]))
      for j in wanted.indices where i != j {
        #expect(abs(places[i] - places[j]) >= 10 - 1e-9)
        #expect(!(wanted[i] < wanted[j]) || places[i] < places[j])
      }
    }
  }
}
