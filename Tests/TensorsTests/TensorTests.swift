import Testing

@testable import Tensors

@Suite struct TensorTests {
  @Test func emptyAndScalarShapes() {
    #expect(Tensor(zeros: [0, 3]).scalars == [])
    #expect(Tensor(zeros: [0]).count == 0)
    #expect(Tensor([7], shape: []).scalars == [7])
    #expect(Tensor(filledWith: 2, shape: [1, 2]).scalars == [2, 2])
  }

  @Test func assigningCopiesTheValue() {
    let original = Tensor([1, 2, 3], shape: [3])
    var copy = original
    copy.withMutableScalars { $0[0] = 9 }
    #expect(original.scalars == [1, 2, 3])
    #expect(copy.scalars == [9, 2, 3])
  }

  @Test func memoryIsSharedUntilWrittenTo() {
    var a = Tensor([1, 2], shape: [2])
    let address = a.withScalars { $0 }
    var b = a
    #expect(b.withScalars { $0 } == address)
    let shared = !a.isUnique()
    #expect(shared)
    b.withMutableScalars { $0[1] = 5 }
    let alone = a.isUnique() && b.isUnique()
    #expect(alone)
    a.withMutableScalars { $0[0] = 4 }
    #expect(a.withScalars { $0 } == address, "a tensor alone on its memory writes in place")
    #expect(a.scalars == [4, 2] && b.scalars == [1, 5])
  }

  @Test func anotherShapeIsAnotherValueToo() {
    let a = Tensor([1, 2, 3, 4], shape: [2, 2])
    var b = a.reshaped(to: [4, 1])
    #expect(b.shape == [4, 1] && b.scalars == a.scalars)
    b.withMutableScalars { $0[0] = 0 }
    #expect(a.scalars == [1, 2, 3, 4])
  }

  @Test func equality() {
    #expect(Tensor([1, 2], shape: [2]) == Tensor([1, 2], shape: [2]))
    #expect(Tensor([1, 2], shape: [2]) != Tensor([1, 2], shape: [1, 2]))
    #expect(Tensor([1, 2], shape: [2]) != Tensor([1, 3], shape: [2]))
    #expect(Tensor([.nan], shape: [1]) != Tensor([.nan], shape: [1]))
  }

  @Test func dimensionsOfAnImage() {
    let (n, h, w, c) = Tensor(zeros: [2, 3, 4, 5]).nhwc
    #expect([n, h, w, c] == [2, 3, 4, 5])
  }
}
