import Tensors
import Testing

/// A convolution to try: sizes and geometry.
struct ConvolutionCase: Sendable, CustomTestStringConvertible {
  var name: String
  var input: [Int]
  var weight: [Int]
  var geometry = ConvolutionGeometry()
  var bias = false

  var testDescription: String { name }
  var testInput: Tensor { randomTensor(input, seed: 1) }
  var testWeight: Tensor { randomTensor(weight, seed: 2) }
  var testBias: Tensor? { bias ? randomTensor([weight[0]], seed: 3) : nil }

  static let all = [
    ConvolutionCase(name: "one pixel, one channel", input: [1, 1, 1, 1], weight: [1, 1, 1, 1], bias: true),
    ConvolutionCase(
      name: "one pixel under 3x3", input: [2, 1, 1, 3], weight: [5, 3, 3, 3], geometry: .init(padding: .init(1))),
    ConvolutionCase(name: "1x1 from one channel", input: [1, 5, 3, 1], weight: [17, 1, 1, 1], bias: true),
    ConvolutionCase(name: "1x1 of 17 channels", input: [2, 3, 4, 17], weight: [17, 17, 1, 1]),
    ConvolutionCase(name: "1x1 to one channel", input: [2, 3, 4, 17], weight: [1, 17, 1, 1], bias: true),
    ConvolutionCase(
      name: "3x3 of 17 channels", input: [2, 5, 4, 17], weight: [16, 17, 3, 3], geometry: .init(padding: .init(1)),
      bias: true),
    ConvolutionCase(name: "3x3 without padding", input: [1, 6, 9, 3], weight: [4, 3, 3, 3], bias: true),
    ConvolutionCase(
      name: "stride 2, even size", input: [1, 6, 8, 3], weight: [5, 3, 3, 3],
      geometry: .init(stride: 2, padding: .init(1))),
    ConvolutionCase(
      name: "stride 2, odd size", input: [2, 7, 5, 16], weight: [32, 16, 3, 3],
      geometry: .init(stride: 2, padding: .init(1)), bias: true),
    ConvolutionCase(
      name: "stride 2 that leaves pixels over", input: [1, 4, 6, 3], weight: [2, 3, 1, 1], geometry: .init(stride: 2)),
    ConvolutionCase(
      name: "stride 3, 2x2", input: [1, 9, 7, 2], weight: [3, 2, 2, 2], geometry: .init(stride: 3), bias: true),
    ConvolutionCase(
      name: "padding that differs on each side", input: [1, 5, 4, 3], weight: [4, 3, 3, 3],
      geometry: .init(padding: .init(top: 0, left: 2, bottom: 1, right: 0)), bias: true),
    ConvolutionCase(
      name: "stride 2 with padding below and right only", input: [1, 6, 6, 3], weight: [4, 3, 3, 3],
      geometry: .init(stride: 2, padding: .init(top: 0, left: 0, bottom: 1, right: 1))),
    ConvolutionCase(
      name: "2x2 with padding above and left", input: [1, 4, 5, 3], weight: [3, 3, 2, 2],
      geometry: .init(padding: .init(top: 1, left: 1, bottom: 0, right: 0)), bias: true),
    ConvolutionCase(
      name: "5x3", input: [1, 7, 5, 2], weight: [3, 2, 5, 3],
      geometry: .init(padding: .init(top: 2, left: 1, bottom: 2, right: 1))),
    ConvolutionCase(
      name: "dilation 2", input: [1, 7, 6, 3], weight: [4, 3, 3, 3], geometry: .init(padding: .init(2), dilation: 2),
      bias: true),
    ConvolutionCase(
      name: "dilation 2, stride 2, no padding", input: [1, 9, 8, 3], weight: [4, 3, 3, 3],
      geometry: .init(stride: 2, dilation: 2)),
    ConvolutionCase(
      name: "dilation 3 wider than the image", input: [1, 4, 4, 2], weight: [2, 2, 3, 3],
      geometry: .init(padding: .init(3), dilation: 3)),
    ConvolutionCase(
      name: "two groups", input: [1, 5, 4, 6], weight: [4, 3, 3, 3], geometry: .init(padding: .init(1), groups: 2),
      bias: true),
    ConvolutionCase(
      name: "two groups, stride and dilation", input: [2, 8, 7, 6], weight: [8, 3, 3, 3],
      geometry: .init(stride: 2, padding: .init(2), dilation: 2, groups: 2)),
    ConvolutionCase(
      name: "depthwise, 17 channels", input: [1, 5, 6, 17], weight: [17, 1, 3, 3],
      geometry: .init(padding: .init(1), groups: 17), bias: true),
    ConvolutionCase(
      name: "depthwise, 16 channels, stride 2", input: [2, 6, 6, 16], weight: [16, 1, 3, 3],
      geometry: .init(stride: 2, padding: .init(1), groups: 16)),
    ConvolutionCase(
      name: "depthwise, twice the channels", input: [1, 4, 4, 3], weight: [6, 1, 3, 3],
      geometry: .init(padding: .init(1), groups: 3), bias: true),
    ConvolutionCase(
      name: "depthwise, dilation 2", input: [1, 6, 5, 16], weight: [16, 1, 3, 3],
      geometry: .init(padding: .init(2), dilation: 2, groups: 16)),
  ]
}

/// Convolution and its three gradients straight from the definition, in double precision.
struct NaiveConvolution {
  var shape: [Int]
  var output: [Double]
  var inputGradient: [Double]
  var weightGradient: [Double]
  var biasGradient: [Double]

  init(_ x: Tensor, _ weight: Tensor, bias: Tensor?, _ geometry: ConvolutionGeometry, outputGradient: Tensor?) {
    let (n, h, w, channels) = x.nhwc
    let (outputs, perGroup, kh, kw) = (weight.shape[0], weight.shape[1], weight.shape[2], weight.shape[3])
    let (padding, stride, dilation) = (geometry.padding, geometry.stride, geometry.dilation)
    let height = (h + padding.top + padding.bottom - dilation * (kh - 1) - 1) / stride + 1
    let width = (w + padding.left + padding.right - dilation * (kw - 1) - 1) / stride + 1
    let outputsPerGroup = outputs / geometry.groups
    let (source, kernel, gradient) = (x.doubles, weight.doubles, outputGradient?.doubles)
    shape = [n, height, width, outputs]
    output = [Double](repeating: 0, count: n * height * width * outputs)
    inputGradient = [Double](repeating: 0, count: source.count)
    weightGradient = [Double](repeating: 0, count: kernel.count)
    biasGradient = [Double](repeating: 0, count: outputs)
    for at in output.indices {
      let o = at % outputs
      let (column, row) = (at / outputs % width, at / outputs / width % height)
      let image = at / outputs / width / height
      output[at] = bias.map { Double($0.scalars[o]) } ?? 0
      if let gradient { biasGradient[o] += gradient[at] }
      for tap in 0..<kh * kw {
        let y = row * stride - padding.top + tap / kw * dilation
        let x = column * stride - padding.left + tap % kw * dilation
        guard (0..<h).contains(y), (0..<w).contains(x) else { continue }
        for i in 0..<perGroup {
          let from = ((image * h + y) * w + x) * channels + o / outputsPerGroup * perGroup + i
          let by = (o * perGroup + i) * kh * kw + tap
          output[at] += source[from] * kernel[by]
          if let gradient {
            inputGradient[from] += gradient[at] * kernel[by]
            weightGradient[by] += gradient[at] * source[from]
          }
        }
      }
    }
  }
}
