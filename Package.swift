// swift-tools-version: 6.1
import PackageDescription

// The floors, from the ground up: a module imports only modules listed above it. CONTRIBUTING.md draws the plan.

/// One C target per library, one for system calls that Swift doesn't see, and one for loops that must reach the vector
/// unit of whatever machine runs them.
let cTargets: [Target] = [
  .target(name: "CSystem"),
  // Opens Open MPI's library at run time, where there is one.
  .target(name: "CMPI", linkerSettings: [.linkedLibrary("dl")]),
  .target(name: "CThreads", linkerSettings: [.linkedLibrary("gomp")]),
  .target(name: "COneDNN", dependencies: ["CThreads"], linkerSettings: [.linkedLibrary("dnnl")]),
  .target(name: "COpenBLAS", linkerSettings: [.linkedLibrary("openblas")]),
  .target(name: "CPNG", linkerSettings: [.linkedLibrary("png")]),
  .target(name: "CJPEG", linkerSettings: [.linkedLibrary("jpeg")]),
  .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
  .systemLibrary(
    name: "CMarkdown", pkgConfig: "md4c-html", providers: [.apt(["libmd4c-dev", "libmd4c-html0-dev"])]),
  // A font's file is opened by FreeType, whose headers are where only pkg-config knows.
  .systemLibrary(name: "CFreeType", pkgConfig: "cairo-ft", providers: [.apt(["libcairo2-dev"])]),
  .target(name: "CCairo", dependencies: ["CFreeType"], linkerSettings: [.linkedLibrary("cairo")]),
  .target(name: "CKernels", linkerSettings: [.linkedLibrary("m")]),
]

/// What a Swift program can build on.
let libraries: [(name: String, dependencies: [String])] = [
  ("Support", ["CSystem"]),
  ("Ranks", ["Support", "CMPI"]),
  ("Randomness", []),
  ("Images", ["Support", "CPNG", "CJPEG"]),
  ("Tensors", ["Support", "Ranks", "Randomness", "COneDNN", "COpenBLAS", "CThreads", "CKernels"]),
  ("Networks", ["Support", "Randomness", "Tensors"]),
  ("Datasets", ["Support", "Ranks", "Randomness", "Images", "CZlib", "Crypto"]),
  ("Metrics", ["Randomness", "Images"]),
  ("Rewards", ["Support", "Ranks", "Randomness", "Images", "Tensors", "COpenBLAS", "CKernels"]),
  (
    "Training",
    ["Support", "Ranks", "Randomness", "Images", "Tensors", "Networks", "Datasets", "Metrics", "Rewards"]
  ),
  (
    "WeakSupervision",
    [
      "Support", "Ranks", "Randomness", "Images", "Tensors", "Networks", "Datasets", "Metrics", "Training",
      "COpenBLAS", "CKernels",
    ]
  ),
  ("ONNX", ["Support", "Tensors", "Networks", "Datasets", "Training", "WeakSupervision"]),
]

/// The benchmark and visualization suite above them, whose declarations stay within the package.
let suite: [(name: String, dependencies: [String])] = [
  ("Figures", ["Support", "Images", "CCairo"]),
  ("Rows", ["Support", "Tensors", "Networks", "Datasets", "Rewards", "Training", "WeakSupervision"]),
  ("Records", ["Support", "Ranks", "Tensors", "Datasets", "Metrics", "Training", "WeakSupervision", "Rows"]),
  (
    "Runs",
    [
      "Support", "Ranks", "Tensors", "Networks", "Datasets", "Metrics", "Rewards", "Training", "WeakSupervision",
      "Rows",
      "Records",
    ]
  ),
  ("Tables", ["Support", "Metrics", "Rewards", "Training", "Rows", "Records"]),
  (
    "PaperFigures",
    [
      "Support", "Images", "Tensors", "Datasets", "Metrics", "Rewards", "Training", "Figures", "Rows", "Records",
    ]
  ),
  (
    "Reports",
    [
      "Support", "Figures", "Rows", "Records", "Tables", "PaperFigures", "CMarkdown", "Mustache",
    ]
  ),
  (
    "Checks",
    [
      "Support", "Ranks", "Randomness", "Images", "Tensors", "Networks", "Datasets", "Metrics", "Rewards", "Training",
      "WeakSupervision", "Rows", "Records", "Runs", "Tables",
    ]
  ),
  ("Reproduce", ["Support", "Datasets", "Rows", "Records", "Runs", "Tables"]),
]

let modules = libraries + suite

/// What comes from other packages.
let products = ["Crypto": "swift-crypto", "Mustache": "swift-mustache", "ArgumentParser": "swift-argument-parser"]

/// Each once, in the order of their names.
func dependencies(_ names: [String]) -> [Target.Dependency] {
  Set(names).sorted().map { name in
    products[name].map { .product(name: name, package: $0) } ?? .byName(name: name)
  }
}

let package = Package(
  name: "rss",
  products: [.executable(name: "rss", targets: ["rss"])]
    + libraries.map { .library(name: $0.name, targets: [$0.name]) },
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
  ],
  targets: cTargets
    + modules.map { .target(name: $0.name, dependencies: dependencies($0.dependencies)) }
    + [
      // Damaged inputs for every reader; no product, and run by `make fuzz` alone.
      .executableTarget(
        name: "rss-fuzz",
        dependencies: [
          "Support", "Randomness", "Images", "Tensors", "Networks", "Datasets", "Metrics", "Rewards", "Training",
          "WeakSupervision", "Figures", "Rows", "Records", "Tables", "PaperFigures", "Checks",
        ], path: "Sources/Fuzz"),
      .executableTarget(
        name: "rss",
        dependencies: [
          "Support", "Ranks", "Images", "Tensors", "Datasets", "Metrics", "Rewards", "Training", "WeakSupervision",
          "ONNX",
          "Figures", "Rows", "Records", "Runs", "Tables", "PaperFigures", "Reports", "Checks", "Reproduce",
          .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ]),
      // What tests of several modules make: folders, rows, records, runs of the program.
      .target(
        name: "TestSupport",
        dependencies: [
          "Support", "Ranks", "Randomness", "Images", "Networks", "Datasets", "Metrics", "Training",
          "WeakSupervision", "Figures", "Rows", "Records",
        ],
        path: "Tests/TestSupport"),
    ]
    + libraries.map { module in
      .testTarget(
        name: "\(module.name)Tests",
        dependencies: dependencies([module.name, "TestSupport"] + module.dependencies),
        resources: ["Images", "Networks", "Metrics", "WeakSupervision"].contains(module.name) ? [.copy("Goldens")] : [])
    }
    + suite.map { module in
      .testTarget(
        name: "\(module.name)Tests",
        dependencies: dependencies(
          [module.name, "TestSupport", "Images", "Networks", "Tensors", "Rewards", "Training"] + module.dependencies),
        exclude: module.name == "Figures" ? ["Snapshots"] : [])
    }
    + [
      .testTarget(
        name: "CommandTests",
        dependencies: [
          "TestSupport", "Images", "Networks", "Tensors", "Datasets", "Training", "WeakSupervision", "Rows", "Records",
          "Checks",
        ])
    ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .gnu11
)
