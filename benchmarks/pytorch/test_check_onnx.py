"""Rebuilding a checkpoint's network, and the comparison, with a model that is PyTorch itself."""

import json
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

import check_onnx
import formula
import networks
from unet import UNet, named_weights

NORMALIZATION = {"mean": [0.5, 0.4, 0.3], "standardDeviation": [0.2, 0.3, 0.25]}


def write_checkpoint(
    path: Path, network: dict[str, object], weights: dict[str, torch.Tensor]
) -> None:
    description = {"network": network, "normalization": NORMALIZATION}
    save_file(weights, path, metadata={"rss": json.dumps(description)})


class Session:
    """In place of onnxruntime's: gives the rebuilt network's answers, or others."""

    def __init__(self, rebuilt: check_onnx.Rebuilt, noise: float = 0) -> None:
        self.rebuilt, self.noise = rebuilt, noise

    def run(self, names: list[str], inputs: dict[str, np.ndarray]) -> list[np.ndarray]:
        logits = self.rebuilt.logits(inputs["image"])
        logits += self.noise * np.random.default_rng(0).normal(size=logits.shape)
        found = {"logits": logits.astype(np.float32), "labels": logits.argmax(axis=1)}
        return [found[name] for name in names]


class CheckONNXTests(unittest.TestCase):
    def setUp(self) -> None:
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.path = Path(holder.name) / "checkpoint.safetensors"

    def test_both_kinds_of_network_are_rebuilt(self) -> None:
        small = UNet(3, 2, 4)
        parts = {"encoder": "mobilenetV2", "decoder": "unet", "outputStride": 16, "separable": True}
        large = networks.build("mobilenetV2", "unet", 16, classes=4)
        formula.fill(large)
        image = np.random.default_rng(1).uniform(0, 255, (1, 3, 21, 40)).astype(np.float32)
        for network, weights, model, padded in (
            ({"channels": 3, "width": 2, "classes": 4}, named_weights(small), small, (24, 40)),
            (
                {"channels": 3, "width": 0, "classes": 4, "parts": parts},
                networks.named_weights(large), large, (32, 48),
            ),
        ):  # fmt: skip
            write_checkpoint(self.path, network, weights)
            found = check_onnx.rebuild(self.path).logits(image)
            x = torch.zeros(1, 3, *padded, dtype=torch.float64)
            for c in range(3):
                mean, deviation = (NORMALIZATION[key][c] for key in ("mean", "standardDeviation"))
                x[0, c, :21, :40] = (
                    torch.from_numpy(image[0, c]).double() / 255 - mean
                ) / deviation
            with torch.no_grad():
                expected = model.double().eval()(x)[..., :21, :40].numpy()
            self.assertLess(check_onnx.relative_distance(found, expected), 1e-9)

    def test_a_faithful_model_passes_and_a_noisy_one_does_not(self) -> None:
        write_checkpoint(
            self.path, {"channels": 3, "width": 2, "classes": 4}, named_weights(UNet(3, 2, 4))
        )
        rebuilt = check_onnx.rebuild(self.path)
        image = np.random.default_rng(2).uniform(0, 255, (1, 3, 24, 24)).astype(np.float32)
        ours = rebuilt.logits(image)[0].argmax(axis=0)
        self.assertTrue(check_onnx.compare(Session(rebuilt), rebuilt, image, ours)[0])
        self.assertFalse(check_onnx.compare(Session(rebuilt, 1e-2), rebuilt, image, ours)[0])
        self.assertFalse(check_onnx.compare(Session(rebuilt), rebuilt, image, (ours + 1) % 4)[0])


if __name__ == "__main__":
    unittest.main()
