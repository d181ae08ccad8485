"""Writes Tests/NetworksTests/Goldens/*.json: what the twins of our networks compute, in float64.

    make_network_goldens.py [--only NAME ...]

One file for each network: encoder, decoder, output stride, rates, and two passes with parameters
and images from `formula.py`.

- `evaluation`: running statistics, no dropout; parameters by `formula.weight`.
- `training`, in some files: statistics of the batch, no dropout; parameters by `formula.weight`,
  scales and shifts of batch normalisation by `formula.separated`. Also the norms of two layers'
  running statistics after the pass.

A pass has the name and shape (N, H, W, C) of its image, the norm of the logits, sixteen of them
with their indices in NHWC order, and of every parameter's gradient the norm, the dot product with
`formula.signed` of the parameter's name + ".probe", and the relative distance of PyTorch's own
float32. The loss is the sum of logits times `formula.signed("gradient")` in NHWC order.

float32 can't have the gradient of float64 where it sees another sign in front of a ReLU. So of the
images "image", "image.1", ... the first is taken for which no value that enters a ReLU is nearer to
its kink than `MARGIN` times its layer's rounding error, or else that with the largest distance.
"""

import argparse
import copy
import json
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

import formula
import networks

GOLDENS = Path(__file__).resolve().parents[2] / "Tests" / "NetworksTests" / "Goldens"
CLASSES = 7
EVALUATION_SHAPE = (2, 64, 96, 3)
# Deeper networks have more values near a kink; fewer pixels leave images without any.
DEEP_SHAPE = (1, 64, 64, 3)
DEEPEST_SHAPE = (1, 32, 64, 3)
# Four images, because over two the normalisation of pooled features has next to no gradient.
TRAINING_SHAPE = (4, 32, 64, 3)
# Distance from a kink in units of the root mean square error of float32 in that layer.
MARGIN = 4.0
ATTEMPTS = 48
SAMPLES = 16


@dataclass
class Case:
    """A network to write a golden of."""

    encoder: str
    decoder: str
    output_stride: int
    separable: bool = True
    training: bool = False
    shape: tuple[int, int, int, int] = EVALUATION_SHAPE

    @property
    def name(self) -> str:
        parts = [self.encoder, self.decoder, str(self.output_stride)]
        parts += [] if self.separable else ["dense"]
        parts += ["large"] if self.shape[1] > EVALUATION_SHAPE[1] else []
        return "-".join(parts)


CASES = [
    Case("resnet34", "deeplabV3Plus", 16),
    Case("resnet50", "deeplabV3Plus", 16, training=True, shape=DEEP_SHAPE),
    Case("resnet101", "deeplabV3Plus", 16, shape=DEEPEST_SHAPE),
    Case("resnet50", "unet", 32, shape=DEEP_SHAPE),
    *(
        Case(encoder, "deeplabV3Plus", 16, training=True)
        for encoder in ("resnet18", "mobilenetV2", "efficientnetLite0", "convnextTiny")
    ),
    *(
        Case(encoder, "unet", 32, training=encoder in ("resnet18", "mobilenetV2"))
        for encoder in ("resnet18", "mobilenetV2", "efficientnetLite0", "convnextTiny")
    ),
    *(Case(encoder, "fpn", 32, training=True) for encoder in ("resnet18", "mobilenetV2")),
    *(
        Case(encoder, "deeplabV3Plus", 8)
        for encoder in ("resnet18", "mobilenetV2", "efficientnetLite0", "convnextTiny")
    ),
    Case("resnet18", "deeplabV3Plus", 16, separable=False),
    Case("resnet18", "deeplabV3Plus", 32),
    # Large enough for all rates of atrous pooling to reach inside the map: 19 x 19, 38 x 40 cells.
    Case("resnet18", "deeplabV3Plus", 16, shape=(1, 304, 304, 3)),
    Case("mobilenetV2", "deeplabV3Plus", 8, shape=(1, 304, 320, 3)),
]


def channels_first(tensor: Tensor) -> Tensor:
    return tensor.permute(0, 3, 1, 2)


def channels_last(tensor: Tensor) -> Tensor:
    return tensor.permute(0, 2, 3, 1).contiguous()


def ready(model: nn.Module, training: bool, dtype: torch.dtype) -> nn.Module:
    """A copy in that mode and precision, without dropout."""
    model = copy.deepcopy(model).to(dtype).train(training)
    for module in model.modules():
        if isinstance(module, (nn.Dropout, nn.Dropout2d)):
            module.eval()
    return model


@torch.no_grad()
def kink_inputs(model: nn.Module, image: Tensor) -> list[tuple[nn.Module, Tensor]]:
    """What enters each ReLU and ReLU6, in order."""
    found: list[tuple[nn.Module, Tensor]] = []

    def keep(module: nn.Module, inputs: tuple[Tensor]) -> None:
        found.append((module, inputs[0].clone()))  # a copy, because some work in place

    for module in model.modules():
        if isinstance(module, (nn.ReLU, nn.ReLU6)):
            module.register_forward_pre_hook(keep)
    model(channels_first(image).to(next(model.parameters()).dtype))
    return found


def margin(model: nn.Module, training: bool, image: Tensor) -> float:
    """The least distance from a kink, in units of float32's error in that layer."""
    exact, single = (
        kink_inputs(ready(model, training, dtype), image)
        for dtype in (torch.float64, torch.float32)
    )
    least = float("inf")
    for (module, values), (_, rounded) in zip(exact, single, strict=True):
        distance = values.abs()
        if isinstance(module, nn.ReLU6):
            distance = torch.minimum(distance, (values - 6).abs())
        error = (values - rounded).square().mean().sqrt()
        least = min(least, (distance.min() / error).item())
    return least


def choose_image(model: nn.Module, training: bool, shape: tuple[int, ...]) -> tuple[str, float]:
    """The first image with enough margin, or that with the most, and its margin."""
    best = ("", 0.0)
    for attempt in range(ATTEMPTS):
        name = f"image.{attempt}" if attempt else "image"
        found = margin(model, training, formula.signed(name, shape))
        best = max(best, (name, found), key=lambda pair: pair[1])
        if found >= MARGIN:
            break
    return best


def run(model: nn.Module, image: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
    """Logits in NHWC order and the gradient of every parameter."""
    dtype = next(model.parameters()).dtype
    logits = channels_last(model(channels_first(image).to(dtype)))
    (logits * formula.signed("gradient", tuple(logits.shape)).to(dtype)).sum().backward()
    return logits.detach(), {
        name: parameter.grad for name, parameter in networks.named_parameters(model).items()
    }


def distance(found: Tensor, exact: Tensor) -> float:
    """Relative L2 distance; of nothing from nothing it is 0."""
    norm = exact.norm()
    return ((found.double() - exact).norm() / norm).item() if norm > 0 else 0.0


def statistics(model: nn.Module) -> dict[str, float]:
    """The norms of the first and the last layer's running statistics."""
    weights = networks.named_weights(model)
    names = [name for name in weights if ".running_" in name]
    return {name: weights[name].norm().item() for name in names[:2] + names[-2:]}


def describe_pass(model: nn.Module, training: bool, shape: tuple[int, ...]) -> dict[str, object]:
    """One pass's part of the golden."""
    name, found = choose_image(model, training, shape)
    image = formula.signed(name, shape)
    exact_model = ready(model, training, torch.float64)
    logits, gradients = run(exact_model, image)
    single_logits, single_gradients = run(ready(model, training, torch.float32), image)
    print(
        f"  {'training' if training else 'evaluation'}: {name}, margin {found:.1f}; float32's "
        f"logits {distance(single_logits, logits):.1e}, gradients "
        + ", ".join(
            f"{value:.1e} ({tensor})"
            for value, tensor in sorted(
                ((distance(single_gradients[n], g), n) for n, g in gradients.items()), reverse=True
            )[:2]
        ),
        flush=True,
    )
    flat = logits.flatten()
    indices = [round(k * (flat.numel() - 1) / (SAMPLES - 1)) for k in range(SAMPLES)]
    table = {}
    for parameter, gradient in gradients.items():
        probe = formula.signed(f"{parameter}.probe", tuple(gradient.shape)).double()
        table[parameter] = [
            rounded(gradient.norm().item()),
            rounded((gradient * probe).sum().item()),
            rounded(distance(single_gradients[parameter], gradient), digits=2),
        ]
    described: dict[str, object] = {
        "image": name,
        "shape": list(shape),
        "norm": rounded(flat.norm().item()),
        "indices": indices,
        "values": [rounded(flat[i].item()) for i in indices],
        "single": rounded(distance(single_logits, logits), digits=2),
        "gradients": table,
    }
    if training:
        described["statistics"] = {n: rounded(v) for n, v in statistics(exact_model).items()}
    return described


def rounded(value: float, digits: int = 9) -> float:
    return float(f"{value:.{digits}g}")


def golden(case: Case) -> dict[str, object]:
    """The whole file of a network."""
    model = networks.build(
        case.encoder, case.decoder, case.output_stride, CLASSES, separable=case.separable
    )
    settings: dict[str, object] = {
        "encoder": case.encoder,
        "decoder": case.decoder,
        "outputStride": case.output_stride,
        "separable": case.separable,
        "rates": list(networks.atrous_rates(case.output_stride)),
        "classes": CLASSES,
    }
    formula.fill(model)
    settings["evaluation"] = describe_pass(model, training=False, shape=case.shape)
    if case.training:
        formula.fill(model, separate=True)
        settings["training"] = describe_pass(model, training=True, shape=TRAINING_SHAPE)
    return settings


def lines(value: object, depth: int = 0) -> str:
    """JSON with one line for each key of the outer objects, so that a difference can be read."""
    if not isinstance(value, dict) or depth == 3:
        return json.dumps(value, separators=(",", ":"))
    items = (f"{json.dumps(key)}:{lines(item, depth + 1)}" for key, item in value.items())
    return "{\n" + ",\n".join(items) + "\n}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", nargs="+", help="names of the files to write, without .json")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    GOLDENS.mkdir(parents=True, exist_ok=True)
    total = 0
    for case in CASES:
        path = GOLDENS / f"{case.name}.json"
        if arguments.only is None or case.name in arguments.only:
            print(case.name, flush=True)
            path.write_text(lines(golden(case)) + "\n")
        total += path.stat().st_size if path.exists() else 0
    print(f"{GOLDENS}: {total} bytes")


if __name__ == "__main__":
    main()
