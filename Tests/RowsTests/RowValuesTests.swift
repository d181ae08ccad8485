import Foundation
import Support
import Testing

@testable import Rows

/// What a row does changes only where somebody means it: a digest of each row's JSON without what is expected of it, from the
/// rows as the recorded runs had them.
@Suite struct RowValuesTests {
  @Test func everyRowDoesWhatItDid() throws {
    let known = Self.digests.split(separator: "\n").map(String.init)
    #expect(Row.all.count == known.count + 3)  // of which nothing is recorded yet
    for (row, known) in zip(Row.all, known) { #expect(try "\(row.name) \(digest(row))" == known) }
  }

  /// 64-bit FNV-1a.
  private func digest(_ row: Row) throws -> String {
    var row = row
    row.expected = nil
    let hash = try CanonicalJSON.encode(row, of: row.name).reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01b3
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  private static let digests = """
    fashion32/ce 1fe582646186d3ab
    fashion32/pixel 5d8b5f6f5643e387
    fashion32/image-naive 71d6a658da7f504b
    fashion32/image d46e53049734f9ac
    fashion64/ce f72cc407042ffcd9
    fashion64/pixel 063007d26e83c2cc
    fashion64/image-naive 4efb74a1cee7196d
    fashion64/image 6eb74e6a116f7c4f
    camvid/ce c877be4efef3ed20
    camvid/pixel fe5a18a354254989
    camvid/image-naive 12d5dd22d1ee400e
    camvid/image d642b7c3f713e704
    folder/ce 0eeeee298033aec6
    folder/pixel e3c61f6cbbac87bd
    folder/image 5472fe772773a4ce
    fashion32/pixel-propensity 242e94a14c3de84e
    fashion32/image-regression 4d2b7a53fc969df0
    fashion32/image-regression-64 5cc40971e9069235
    fashion64/pixel-propensity 48c3b5f3b8d3409b
    fashion64/image-regression 3700d72fba95fe8e
    camvid/pixel-propensity 266faffb377cb16c
    camvid/image-regression d26cf307fab00b47
    fashion32/ce-1000 3bf4dce9b627f88d
    fashion32/image-1000 e48c553ed7d8ffe0
    fashion32/image-regression-1000 b36b459d0d85de84
    fashion32/ce-2000 05cb3d5552fd7570
    fashion32/image-2000 312a80146f3cc919
    fashion32/image-regression-2000 5c3159b13c547f63
    fashion32/ce-4000 8cafc5f17c4c9066
    fashion32/image-4000 6f42b97404e2631b
    fashion32/image-regression-4000 499463ee97443929
    fashion64/ce-2400 f4f3f1fc1a63f688
    fashion64/image-2400 f949918e9c9c4a74
    fashion64/image-regression-2400 58e2d8c08144423f
    camvid/ce-2400 41fca3819bd68faa
    camvid/image-2400 bd63b45c5b426960
    camvid/image-regression-2400 3f861e0579f04a8b
    fashion32/cam f75e20f7e4858d61
    fashion32/gradcam d20a25d013ab7f28
    fashion32/gradcam++ df9ae82882f76972
    fashion32/cam+rss 6ef8dc4d9e622cb2
    fashion32/cam+crf+rss 47a4b61666f609c7
    fashion64/cam c13f381d37fafe66
    fashion64/gradcam cd0e42f039cc01c1
    fashion64/gradcam++ 85895df4d829c4e3
    fashion64/cam+rss c3a5bbd26ebd9b12
    fashion64/cam+crf+rss ce4523e914f88891
    folder/cam b8fd7a2df07a43d1
    fashion32/one-stage f6601d44f45bf2db
    fashion64/one-stage 4364cc56af319b95
    fashion32/cam+crf e2330eb65b4661a8
    fashion32/cam+pamr 8a218d1fb560a0c5
    fashion32/cam+psa 9514c181f4bf185b
    fashion64/cam+crf a7ce2b6c9438d837
    fashion64/cam+pamr b41b60427e80c65a
    fashion64/cam+psa ee6f5691e298fb2f
    fashion32/ablation-none 5ef8504d4894036c
    fashion32/ablation-syncan 46b4bd6c114216cf
    fashion32/ablation-psd 7c9c254a8468225e
    fashion32/ablation-psr 43521c30422b38f0
    fashion32/ablation-psr-syncan e3406c71c12b5825
    fashion32/ablation-psr-psd 6e5f385cb14b8ca2
    fashion32/ablation-psr-psd-syncan 14b037e961ba7f3f
    fashion32/psd-m2 a0f8ef6d5118816f
    fashion32/psd-m4 dee424fc73ec1ce5
    fashion32/psd-m64 ea2cdae803e26db1
    fashion32/psd-m256 e538a23447b6a252
    fashion32/psd-image-m2 2a5612755ce24e83
    fashion32/psd-image-m4 8e32962587efa271
    fashion32/psd-image-m16 314c5d4de6ee59bc
    fashion32/psd-image-m64 afe4bff5bf31fecd
    fashion32/psd-image-m256 d8311a191c934136
    fashion32/regression-m4 94f7e406917da32a
    fashion32/regression-m256 31d6973a1d801a3f
    fashion32/score-pixelAccuracy 2625869ec8fd1301
    fashion32/score-meanClassAccuracy 4e132419255c6a4a
    fashion32/score-dice 0c72961a66171b0b
    fashion32/patches-8 cecd5d41be488b5d
    fashion32/patches-4 4085c4c3ba0c9a75
    fashion32/patches-2 c8fc7d8bfc9347b1
    fashion32/patches-growing 97dc67a6e957131e
    fashion32/regression-exploration 6f1826a10d32c901
    fashion32/regression-entropy 3eb3118d9746d639
    fashion32/regression-psr 7e9fe4a131211f02
    fashion32/differing-units 7e86aba57bcc5a72
    fashion64/ablation-none 79bf0ff7ce05ac83
    fashion64/ablation-syncan 458d53981099c424
    fashion64/ablation-psd 42a38cf50fb264e7
    fashion64/ablation-psr f9e4b0852c2a8bab
    fashion64/ablation-psr-syncan 707ed58c05f4d730
    fashion64/ablation-psr-psd a09be79cb2679da5
    fashion64/ablation-psr-psd-syncan feb4bbedae4b64d6
    fashion64/psd-m2 17154885c1d6556f
    fashion64/psd-m4 51688b8dee726309
    fashion64/psd-m16 944b4ce30b149186
    fashion64/psd-m256 928c8d7649d201ee
    fashion64/psd-image-m2 ef59ff03893e5490
    fashion64/psd-image-m4 0b019bc2b7c1f682
    fashion64/psd-image-m16 9251713dd925a5b5
    fashion64/psd-image-m64 9db49b608cd63b20
    fashion64/psd-image-m256 aff736e7a910ebcd
    fashion64/regression-m4 d7844265a4821f45
    fashion64/regression-m16 9948717d70d1cff2
    fashion64/regression-m256 5a6db18868b726a8
    fashion64/score-pixelAccuracy a014f08959c38cad
    fashion64/score-meanClassAccuracy be561a2704a8886e
    fashion64/score-dice 0882fd78e57813b1
    fashion64/patches-8 6b1e3c041a0defa5
    fashion64/patches-4 ddf7708208280acd
    fashion64/patches-2 26e822310ffc3459
    fashion64/patches-growing 8881a9e835d4f9c6
    fashion64/regression-exploration b9cdddeff4b635ad
    fashion64/regression-entropy 65fd3f3fd37ebd7b
    fashion64/regression-psr fab1e3b77d4b556c
    fashion64/differing-units 5b93df4b11bc8d04
    camvid/ablation-none a018e817c1d13148
    camvid/ablation-syncan 4f601bb512929aeb
    camvid/ablation-psd b52296c51a82f5f2
    camvid/ablation-psr 9aea07999ea60986
    camvid/ablation-psr-syncan a6bc18dcc1210807
    camvid/ablation-psr-psd df72c4e1394a68a8
    camvid/ablation-psr-psd-syncan fe0531ebce48b22d
    camvid/psd-m2 7f9e29bea1595c3e
    camvid/psd-m4 82ba60a9f709c164
    camvid/psd-m16 42d585ba26d70da7
    camvid/psd-m256 1a7291452b21a5fd
    camvid/psd-image-m2 e06199b5f7e4ad75
    camvid/psd-image-m4 177da270772d0b1b
    camvid/psd-image-m16 ae53575ae545a110
    camvid/psd-image-m64 bb9d03d01c70dceb
    camvid/psd-image-m256 a6458a98fb1a888e
    camvid/regression-m4 35735a36df3a416c
    camvid/regression-m16 bf26e3eee199fda7
    camvid/regression-m256 b992cc076f337b4f
    camvid/score-pixelAccuracy 181ad60da8c13d2a
    camvid/score-meanClassAccuracy defa5eea7c2da947
    camvid/score-dice 87a8f14afb555b48
    camvid/patches-8 324a0277f7a4882e
    camvid/patches-4 aeb3e3bc028c002e
    camvid/patches-2 ad6e79d7549a0606
    camvid/patches-growing 4bcbbe79ebe6ae39
    camvid/regression-exploration c0379d267679d74c
    camvid/regression-entropy 05f2d17bda802e68
    camvid/regression-psr e189a5ca9d4a75ff
    camvid/differing-units 55d668780734b09f
    voc7/ce 750ef76b2619c34c
    voc7/pixel 9c97b599dd49063b
    voc7/image c9d57d0e4b8a6532
    voc7/image-regression 5822dd7ab657d3c0
    voc7/ce-scratch dfbed781d1916264
    voc7/pixel-scratch b81e9615850e2b7b
    voc7/image-regression-scratch 5fc32b5bbca655ec
    voc7/ce-unet e8e261945d01c94d
    voc7/pixel-unet a5c1b4796cd989de
    voc7/image-regression-unet 285b34bf32d6f454
    """
}
