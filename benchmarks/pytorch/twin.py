"""The standing cross-check: the same weights, the same batches, trained by ours and by PyTorch.

`rss bench twin --out DIR` leaves DIR with `initial.safetensors`, `batches.safetensors` (images
[S, N, H, W, C], labels [S, N, H, W]), `final.safetensors`, `curve.json` and optionally
`gradients.safetensors` (after the first batch). This script repeats that training by SGD with
momentum (v = mu v + g + wd p, p -= lr v) and compares. PyTorch runs in float64, so that what is
left is our rounding, and once more in float32, whose own distance is printed as the yardstick:
weights and statistics of deep networks may be as far off as five times that, and no more than 2%;
so may their first gradients, which one value on the other side of a ReLU's kink moves by a percent.

Where the encoder started from a file of weights, `features.safetensors` has what ours makes of the
first image by them; the usual library reads the same file and must find the same.
"""

import argparse
import json
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

import networks
import rss_step
from unet import UNet, parameter_groups

# Relative L2 norms over all tensors of a kind. A wrong constant moves these by far more.
WEIGHT_TOLERANCE = 1e-3
GRADIENT_TOLERANCE = 1e-4
FEATURE_TOLERANCE = 1e-5
# Of PyTorch's own float32, which values near a ReLU's kink decide, and the most of that.
YARDSTICKS = 5
LARGEST_TOLERANCE = 2e-2

Weights = dict[str, Tensor]


@dataclass
class Settings:
    """What `curve.json` says about the run beside its losses."""

    width: int
    classes: int
    channels: int
    learningRate: float
    momentum: float
    weightDecay: float
    clip: float | None = None
    network: dict[str, Any] | None = None
    weights: str | None = None

    def model(self) -> nn.Module:
        """The twin, without dropout, which ours has none of."""
        if self.network is None:
            return UNet(self.channels, self.width, self.classes)
        parts = self.network
        model = networks.build(
            parts["encoder"], parts["decoder"], parts["outputStride"], self.classes,
            separable=parts["separable"],
        )  # fmt: skip
        for module in model.modules():
            if isinstance(module, (nn.Dropout, nn.Dropout2d)):
                module.p = 0.0
        return model


@dataclass
class Run:
    """What a training run left behind."""

    losses: list[float]
    first_gradients: Weights
    final: Weights


def train(
    settings: Settings, initial: Weights, images: Tensor, labels: Tensor, dtype: torch.dtype
) -> Run:
    """Cross-entropy training over the given batches; images [S, N, H, W, C]."""
    model = settings.model()
    networks.load_named_weights(model, initial)
    model = model.to(dtype).to(memory_format=torch.channels_last)
    parameters = list(model.parameters())
    optimizer = torch.optim.SGD(
        parameter_groups(model, settings.weightDecay),
        lr=settings.learningRate,
        momentum=settings.momentum,
    )

    def objective(images: Tensor, labels: Tensor) -> Tensor:
        return rss_step.cross_entropy_loss(model(images), labels)

    # A pass of its own, on a copy of the running statistics, for the unclipped gradient.
    before = networks.named_weights(model)
    objective(images[0].permute(0, 3, 1, 2).to(dtype), labels[0].long()).backward()
    first_gradients = {
        name: p.grad.clone(memory_format=torch.contiguous_format)
        for name, p in networks.named_parameters(model).items()
    }
    networks.load_named_weights(model, before)

    losses = [
        rss_step.training_step(
            objective,
            parameters,
            optimizer,
            batch.permute(0, 3, 1, 2).to(dtype),
            truth.long(),
            settings.clip,
        ).item()
        for batch, truth in zip(images, labels)
    ]
    return Run(losses, first_gradients, networks.named_weights(model))


def relative_norms(found: Weights, reference: Weights) -> tuple[float, dict[str, float]]:
    """|found - reference| / |reference| in L2: over all tensors together, and for each.

    Of a tensor that is zero but for rounding the reference is a millionth of all.
    """
    if found.keys() != reference.keys():
        odd = sorted(found.keys() ^ reference.keys())
        sys.exit(f"twin.py: tensors that only one side has: {odd}")
    difference_total = 0.0
    reference_total = sum(t.double().square().sum().item() for t in reference.values())
    each = {}
    for name, expected in reference.items():
        if found[name].shape != expected.shape:
            shapes = f"{list(found[name].shape)}, expected {list(expected.shape)}"
            sys.exit(f"twin.py: {name} has the shape {shapes}")
        difference = (found[name].double() - expected.double()).square().sum().item()
        norm = expected.double().square().sum().item()
        difference_total += difference
        each[name] = (difference / max(norm, 1e-12 * reference_total)) ** 0.5
    return (difference_total / reference_total) ** 0.5, each


def split(weights: Weights) -> tuple[Weights, Weights]:
    """Parameters and running statistics."""
    statistics = {n: t for n, t in weights.items() if ".running_" in n}
    return {n: t for n, t in weights.items() if n not in statistics}, statistics


def compare_kind(
    kind: str, ours: Weights, exact: Weights, single: Weights, tolerance: float
) -> bool:
    """Prints the distance of ours and of PyTorch's float32 to PyTorch's float64."""
    total, each = relative_norms(ours, exact)
    yardstick, _ = relative_norms(single, exact)
    worst = max(each, key=each.__getitem__)
    allowed = max(tolerance, min(YARDSTICKS * yardstick, LARGEST_TOLERANCE))
    passed = total <= allowed
    print(
        f"{'ok  ' if passed else 'FAIL'} {kind}: relative distance {total:.2e} (allowed "
        f"{allowed:.0e}; PyTorch's own float32 {yardstick:.2e}), largest in {worst}: "
        f"{each[worst]:.2e}"
    )
    return passed


@torch.no_grad()
def compare_features(directory: Path, settings: Settings) -> bool:
    """The encoder's features of one image by the weights on disk, in the usual library."""
    found = load_file(directory / "features.safetensors")
    weights = load_file(settings.weights)
    model = networks.build(settings.network["encoder"], "unet", 32, settings.classes)
    names = {
        plain.removeprefix("encoder."): inner
        for plain, inner in networks.library_names(model).items()
        if plain.startswith("encoder.")
    }
    # A checkpoint of ours has the prefix, ImageNet's weights haven't.
    prefix = "" if any(name in weights for name in names) else "encoder."
    state = {inner: weights[prefix + name] for name, inner in names.items()}
    model.load_state_dict(state, strict=False)
    model = model.eval().double()
    exact = model.encoder(found["image"].permute(0, 3, 1, 2).double())[-1].permute(0, 2, 3, 1)
    distance = ((found["features"] - exact).norm() / exact.norm()).item()
    passed = distance <= FEATURE_TOLERANCE
    print(
        f"{'ok  ' if passed else 'FAIL'} features by {settings.weights}: relative distance "
        f"{distance:.2e} (allowed {FEATURE_TOLERANCE:.0e}), {list(exact.shape)}"
    )
    return passed


def compare(directory: Path, details: bool = False) -> bool:
    """Repeats the run of `directory` and compares; True if everything is within tolerance."""
    curve = json.loads((directory / "curve.json").read_text())
    known = Settings.__dataclass_fields__
    settings = Settings(**{key: value for key, value in curve.items() if key in known})
    initial = load_file(directory / "initial.safetensors")
    final = load_file(directory / "final.safetensors")
    batches = load_file(directory / "batches.safetensors")
    exact, single = (
        train(settings, initial, batches["images"], batches["labels"], dtype)
        for dtype in (torch.float64, torch.float32)
    )
    losses = curve["loss"]
    if len(losses) != len(exact.losses):
        sys.exit(f"twin.py: {len(losses)} losses in curve.json for {len(exact.losses)} batches")

    def largest_gap(found: list[float]) -> float:
        return max(abs(a - b) for a, b in zip(found, exact.losses))

    print(
        f"     loss over {len(losses)} steps, {exact.losses[0]:.4f} to {exact.losses[-1]:.4f}: "
        f"largest difference {largest_gap(losses):.2e} (PyTorch's own float32 "
        f"{largest_gap(single.losses):.2e})"
    )
    passed = []
    gradients = directory / "gradients.safetensors"
    if gradients.exists():
        passed.append(
            compare_kind(
                "gradients of the first batch", load_file(gradients), exact.first_gradients,
                single.first_gradients,
                LARGEST_TOLERANCE if settings.network else GRADIENT_TOLERANCE,
            )  # fmt: skip
        )
    kinds = zip(
        ("parameters", "running statistics"), split(final), split(exact.final), split(single.final)
    )
    # ConvNeXt with an FPN has no running statistics.
    passed += [compare_kind(*kind, WEIGHT_TOLERANCE) for kind in kinds if kind[1]]
    if settings.weights is not None:
        passed.append(compare_features(directory, settings))
    if details:
        for name, norm in relative_norms(final, exact.final)[1].items():
            print(f"     {norm:.2e}  {name}")
    return all(passed)


def write_self_test(directory: Path, planted_momentum: float | None = None) -> None:
    """Writes such a directory with PyTorch's float32 in our place, tiny and random.

    With `planted_momentum` the run uses that momentum while `curve.json` still says 0.9.
    """
    torch.manual_seed(0)
    settings = Settings(
        width=4, classes=3, channels=2, learningRate=0.05, momentum=0.9, weightDecay=1e-4, clip=1.0
    )
    initial = networks.named_weights(settings.model())
    images = torch.randn(10, 4, 16, 16, settings.channels)
    labels = torch.randint(0, settings.classes, (10, 4, 16, 16), dtype=torch.uint8)
    labels[:, :, 0] = rss_step.VOID
    used = Settings(**asdict(settings))
    if planted_momentum is not None:
        used.momentum = planted_momentum
    run = train(used, initial, images, labels, torch.float32)
    directory.mkdir(parents=True, exist_ok=True)
    save_file(initial, directory / "initial.safetensors")
    save_file({"images": images, "labels": labels}, directory / "batches.safetensors")
    save_file(run.final, directory / "final.safetensors")
    save_file(run.first_gradients, directory / "gradients.safetensors")
    curve = asdict(settings) | {"loss": run.losses}
    (directory / "curve.json").write_text(json.dumps(curve))


def self_test() -> bool:
    """A faithful run must pass, and one with momentum 0.8 must not."""
    with tempfile.TemporaryDirectory() as folder:
        faithful, faulty = Path(folder) / "faithful", Path(folder) / "faulty"
        write_self_test(faithful)
        write_self_test(faulty, planted_momentum=0.8)
        print("a faithful run:")
        passed = compare(faithful)
        print("a run with momentum 0.8 (must fail):")
        return passed and not compare(faulty)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path, nargs="*", help="what `rss bench twin` wrote")
    parser.add_argument("--details", action="store_true", help="print every tensor's distance")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--self-test", action="store_true", help="check this script itself")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    if arguments.self_test:
        passed = self_test()
    elif not arguments.directory:
        parser.error("give the directory that `rss bench twin --out` wrote, or --self-test")
    else:
        passed = True
        for directory in arguments.directory:
            print(f"{directory}:")
            passed = compare(directory, arguments.details) and passed
    sys.exit(0 if passed else 1)


if __name__ == "__main__":
    main()
