"""Compares an exported ONNX model with `rss predict` and with the network rebuilt in PyTorch.

    check_onnx.py CHECKPOINT IMAGE ... [--rss .build/release/rss] [--onnx model.onnx]

Without --onnx the checkpoint is exported first. For each image: onnxruntime's labels and those of
`rss predict` may differ in one pixel of ten thousand, its logits and those of PyTorch in float64 by
1e-4 of their length. In a batch with its mirror image, the image must keep its labels. The exit
status is 1 where something is out of tolerance.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from PIL import Image
from safetensors import safe_open
from torch import nn

import networks
import unet

LABEL_SHARE = 0.9999
LOGIT_TOLERANCE = 1e-4
# Of the small U-Net: three times a stride of 2.
UNET_MULTIPLE = 8


@dataclass
class Rebuilt:
    """The network of a checkpoint in PyTorch, and what goes around it."""

    model: nn.Module
    multiple: int
    mean: torch.Tensor
    deviation: torch.Tensor

    @torch.no_grad()
    def logits(self, image: np.ndarray) -> np.ndarray:
        """Logits [N, K, H, W] of images [N, C, H, W] from 0 to 255, normalised and then padded."""
        x = (torch.from_numpy(image).double() / 255 - self.mean) / self.deviation
        height, width = x.shape[2:]
        padding = (0, -width % self.multiple, 0, -height % self.multiple)
        x = nn.functional.pad(x, padding)
        return self.model(x)[..., :height, :width].numpy()


def rebuild(checkpoint: Path) -> Rebuilt:
    """From the description in the checkpoint's metadata, in float64."""
    with safe_open(checkpoint, "pt") as file:
        description = json.loads(file.metadata()["rss"])
        weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    network, normalization = description["network"], description["normalization"]
    parts = network.get("parts")
    if parts:
        model = networks.build(
            parts["encoder"], parts["decoder"], parts["outputStride"], network["classes"],
            separable=parts["separable"],
        )  # fmt: skip
        networks.load_named_weights(model, weights)
        multiple = parts["outputStride"]
    else:
        model = unet.UNet(network["channels"], network["width"], network["classes"])
        unet.load_named_weights(model, weights)
        multiple = UNET_MULTIPLE
    mean, deviation = (
        torch.tensor(normalization[key], dtype=torch.float64)[:, None, None]
        for key in ("mean", "standardDeviation")
    )
    return Rebuilt(model.double().eval(), multiple, mean, deviation)


def read_image(path: Path, channels: int) -> np.ndarray:
    """[1, C, H, W] in float32, from 0 to 255."""
    pixels = np.array(Image.open(path).convert("L" if channels == 1 else "RGB"), dtype=np.float32)
    return pixels.reshape(1, *pixels.shape[:2], channels).transpose(0, 3, 1, 2)


def predict(rss: str, checkpoint: Path, image: np.ndarray) -> np.ndarray:
    """The labels [H, W] of `rss predict`, of the very pixels that the model gets."""
    with tempfile.TemporaryDirectory() as folder:
        picture, mask = Path(folder) / "image.png", Path(folder) / "mask.png"
        pixels = image[0].transpose(1, 2, 0).astype(np.uint8)
        Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels).save(picture)
        call(rss, "predict", checkpoint, picture, "--mask", mask)
        return np.array(Image.open(mask))


def call(rss: str, *arguments: object) -> None:
    run = subprocess.run([rss, *map(str, arguments)], capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f"check_onnx.py: rss {arguments[0]} failed ({run.returncode}):\n{run.stderr}")


def relative_distance(found: np.ndarray, exact: np.ndarray) -> float:
    return float(np.linalg.norm(found - exact) / np.linalg.norm(exact))


def compare(
    session: onnxruntime.InferenceSession, rebuilt: Rebuilt, image: np.ndarray, ours: np.ndarray
) -> tuple[bool, str]:
    """Whether the model passes on this image, and the numbers."""
    logits, labels = session.run(["logits", "labels"], {"image": image})
    mirrored = np.concatenate([image, image[..., ::-1]])
    (batch,) = session.run(["labels"], {"image": np.ascontiguousarray(mirrored)})
    share = float((labels[0] == ours).mean())
    distance = relative_distance(logits, rebuilt.logits(image))
    alone = float((batch[0] == labels[0]).mean())
    passed = share >= LABEL_SHARE and distance <= LOGIT_TOLERANCE and alone >= LABEL_SHARE
    return passed, (
        f"{share:.4%} of labels as rss predict, logits {distance:.1e} from PyTorch's, "
        f"{alone:.4%} of labels kept in a batch"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("images", type=Path, nargs="+")
    parser.add_argument("--rss", default=".build/release/rss", help="our program")
    parser.add_argument("--onnx", type=Path, help="the model, if it has been exported")
    arguments = parser.parse_args()
    rebuilt = rebuild(arguments.checkpoint)
    with tempfile.TemporaryDirectory() as folder:
        path = arguments.onnx
        if path is None:
            path = Path(folder) / "model.onnx"
            call(arguments.rss, "export", "onnx", arguments.checkpoint, path)
        session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        all_passed = True
        for image in arguments.images:
            pixels = read_image(image, channels=len(rebuilt.mean))
            labels = predict(arguments.rss, arguments.checkpoint, pixels)
            passed, words = compare(session, rebuilt, pixels, labels)
            print(f"{'ok  ' if passed else 'FAIL'} {image}: {words}")
            all_passed &= passed
    sys.exit(0 if all_passed else 1)


if __name__ == "__main__":
    main()
