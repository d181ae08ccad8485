"""Parameters and inputs as a formula of a tensor's name, the same here and in Swift's tests.

So a golden needs no weights on disk. For the tensor of name s, the scalar of index i (row-major, in
PyTorch's order) follows from u(s, i) in [0, 1): the 32-bit FNV-1a hash of the name's UTF-8 bytes,
plus i times 2654435761, through murmur3's 32-bit finaliser, over 2^32. Values are computed in
double precision and rounded once, to float32.
"""

import math

import numpy as np
import torch
from torch import Tensor, nn

import networks

Shape = tuple[int, ...]


def fnv1a(name: str) -> int:
    """The 32-bit FNV-1a hash."""
    state = 0x811C9DC5
    for byte in name.encode():
        state = (state ^ byte) * 0x01000193 & 0xFFFFFFFF
    return state


def uniforms(name: str, count: int) -> np.ndarray:
    """u(name, 0), ..., u(name, count - 1), in double precision."""
    x = (fnv1a(name) + np.arange(count, dtype=np.uint64) * 2654435761).astype(np.uint32)
    x ^= x >> 16
    x *= np.uint32(0x85EBCA6B)
    x ^= x >> 13
    x *= np.uint32(0xC2B2AE35)
    x ^= x >> 16
    return x / 2.0**32


def signed(name: str, shape: Shape) -> Tensor:
    """2u - 1: images, gradients of logits, and what a gradient is multiplied with."""
    values = 2 * uniforms(name, math.prod(shape)) - 1
    return torch.from_numpy(values.astype(np.float32).reshape(shape))


def weight(name: str, shape: Shape) -> Tensor:
    """A parameter or running statistic: scales and variances about 1, the rest about 0.

    Convolutions and linear maps have the variance 1 / fan-in, so that they neither shrink nor grow
    what goes through them.
    """
    u = uniforms(name, math.prod(shape))
    leaf = name.rpartition(".")[2]
    if len(shape) > 1:
        values = (2 * u - 1) * math.sqrt(3 / math.prod(shape[1:]))
    elif leaf in ("weight", "gamma", "running_var"):
        values = 0.75 + 0.5 * u
    elif leaf in ("bias", "running_mean"):
        values = 0.2 * (u - 0.5)
    else:
        raise ValueError(f"{name}: no formula for {list(shape)}")
    return torch.from_numpy(values.astype(np.float32).reshape(shape))


def separated(name: str, shape: Shape) -> Tensor:
    """Scale or shift of a batch normalisation whose every channel stays on one side of zero.

    Scales about 0.15 and shifts about 1 (of three channels in four) or -1. With the values of
    `weight`, a deep network in training mode is chaotic: rounding grows from layer to layer until
    some ReLU has another sign, and float32 differs from float64 by some per cent in its gradient.
    """
    u = uniforms(name, math.prod(shape))
    if name.endswith(".weight"):
        values = 0.15 * (0.75 + 0.5 * u)
    else:
        values = (0.9 + 0.2 * u) * np.where(u >= 0.25, 1, -1)
    return torch.from_numpy(values.astype(np.float32).reshape(shape))


def fill(model: nn.Module, separate: bool = False) -> None:
    """Sets all parameters and running statistics of a network of `networks.build`.

    With `separate`, scales and shifts beside a `running_mean` are those of `separated`.
    """
    weights = networks.named_weights(model)
    values = {}
    for name, tensor in weights.items():
        layer, _, leaf = name.rpartition(".")
        batch = leaf in ("weight", "bias") and f"{layer}.running_mean" in weights
        formula = separated if separate and batch else weight
        values[name] = formula(name, tuple(tensor.shape))
    networks.load_named_weights(model, values)
