// swift-tools-version: 6.1
import PackageDescription

// The floors, from the ground up: a module imports only modules listed above it. CONTRIBUTING.md draws the plan.

/// One C target per library, one for system calls that Swift doesn't see, and one for loops that must reach the vector
/// unit of whatever machine runs them.
let cTargets: [Target] = [
  .target(name: "CSystem"),
  .target(name: "COneDNN", linkerSettings: [.linkedLibrary("dnnl")]),
  .target(name: "COpenBLAS", linkerSettings: [.linkedLibrary("openblas")]),
  .target(name: "CPNG", linkerSettings: [.linkedLibrary("png")]),
  .target(name: "CJPEG", linkerSettings: [.linkedLibrary("jpeg")]),
  .target(name: "CZlib", linkerSettings: [.linkedLibrary("z")]),
  // A font's file is opened by FreeType, whose headers are where only pkg-config knows.
  .systemLibrary(name: "CFreeType", pkgConfig: "cairo-ft", providers: [.apt(["libcairo2-dev"])]),
  .target(name: "CCairo", dependencies: ["CFreeType"], linkerSettings: [.linkedLibrary("cairo")]),
  .target(name: "CThreads", linkerSettings: [.linkedLibrary("gomp")]),
  .target(name: "CKernels", linkerSettings: [.linkedLibrary("m")]),
]

let modules: [(name: String, dependencies: [Target.Dependency])] = [
  ("Support", ["CSystem"]),
  ("Randomness", []),
  ("Images", ["Support", "CPNG", "CJPEG"]),
  ("Tensors", ["Support", "Randomness", "COneDNN", "COpenBLAS", "CThreads", "CKernels"]),
  ("Networks", ["Support", "Randomness", "Tensors"]),
  ("Datasets", ["Support", "Randomness", "Images", "CZlib"]),
  ("Metrics", ["Randomness", "Images"]),
  ("Figures", ["Support", "Images", "CCairo"]),
  ("Rewards", ["Support", "Randomness", "Images", "Tensors", "COpenBLAS", "CKernels"]),
  ("Training", ["Support", "Randomness", "Images", "Tensors", "Networks", "Datasets", "Metrics", "Rewards"]),
  (
    "WeakSupervision",
    [
      "Support", "Randomness", "Images", "Tensors", "Networks", "Datasets", "Metrics", "Training", "COpenBLAS",
      "CKernels",
    ]
  ),
  (
    "Experiments",
    [
      "Support", "Randomness", "Images", "Tensors", "Networks", "Datasets", "Metrics", "Rewards", "Training",
      "WeakSupervision", "Figures",
      .product(name: "Mustache", package: "swift-mustache"),
    ]
  ),
]

let package = Package(
  name: "rss",
  products: [.executable(name: "rss", targets: ["rss"])]
    + modules.map { .library(name: $0.name, targets: [$0.name]) },
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
  ],
  targets: cTargets
    + modules.map { .target(name: $0.name, dependencies: $0.dependencies) }
    + modules.map { module in
      .testTarget(
        name: "\(module.name)Tests", dependencies: [.byName(name: module.name)] + module.dependencies,
        resources: ["Images", "WeakSupervision"].contains(module.name) ? [.copy("Goldens")] : [])
    }
    + [
      // Damaged inputs for every reader; no product, and run by `make fuzz` alone.
      .executableTarget(
        name: "rss-fuzz",
        dependencies: [
          "Support", "Randomness", "Images", "Tensors", "Networks", "Datasets", "Rewards", "Training",
          "WeakSupervision",
        ], path: "Sources/Fuzz"),
      .executableTarget(
        name: "rss",
        dependencies: [
          .product(name: "ArgumentParser", package: "swift-argument-parser"), "Experiments",
        ]),
    ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .gnu11
)
