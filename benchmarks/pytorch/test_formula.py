"""The formula against its definition in plain integers, and the committed goldens against it."""

import json
import unittest

import torch

import formula
import make_network_goldens
import networks


def plain(name: str, index: int) -> float:
    """u(name, index) step by step."""
    state = 2166136261
    for byte in name.encode():
        state = ((state ^ byte) * 16777619) % 2**32
    x = (state + index * 2654435761) % 2**32
    x ^= x >> 16
    x = x * 0x85EBCA6B % 2**32
    x ^= x >> 13
    x = x * 0xC2B2AE35 % 2**32
    x ^= x >> 16
    return x / 2**32


class FormulaTests(unittest.TestCase):
    def test_the_hash_is_fnv_1a(self) -> None:
        # Test vectors of draft-eastlake-fnv.
        for text, expected in (("", 0x811C9DC5), ("a", 0xE40C292C), ("foobar", 0xBF9CF968)):
            self.assertEqual(formula.fnv1a(text), expected)

    def test_uniforms_are_those_of_the_definition(self) -> None:
        found = formula.uniforms("encoder.conv1.weight", 100_000)
        for index in (0, 1, 2, 77, 99_999):
            self.assertEqual(found[index], plain("encoder.conv1.weight", index))
        self.assertAlmostEqual(found.mean(), 0.5, delta=0.005)

    def test_values_by_kind(self) -> None:
        u = torch.tensor([plain("a.weight", i) for i in range(6)], dtype=torch.float64)
        scale = formula.weight("a.weight", (6,))
        self.assertTrue(torch.equal(scale, (0.75 + 0.5 * u).float()))
        kernel = formula.weight("a.weight", (1, 6, 1, 1)).flatten()
        self.assertTrue(torch.equal(kernel, ((2 * u - 1) * 0.5**0.5).float()))
        with self.assertRaises(ValueError):
            formula.weight("a.unknown", (6,))
        shifts = formula.separated("a.bias", (1000,))
        self.assertTrue(((shifts.abs() >= 0.9) & (shifts.abs() <= 1.1)).all())
        self.assertAlmostEqual((shifts > 0).float().mean().item(), 0.75, delta=0.05)

    def test_only_batch_normalisation_is_separated(self) -> None:
        model = networks.build("resnet18", "fpn", 32, classes=2)
        formula.fill(model, separate=True)
        weights = networks.named_weights(model)
        self.assertLess(weights["encoder.bn1.weight"].max(), 0.2)
        self.assertGreater(weights["decoder.seg_blocks.0.block.0.block.1.weight"].min(), 0.7)

    def test_a_committed_golden_is_what_the_networks_give(self) -> None:
        case = make_network_goldens.CASES[0]
        golden = json.loads((make_network_goldens.GOLDENS / f"{case.name}.json").read_text())
        model = networks.build(case.encoder, case.decoder, case.output_stride, golden["classes"])
        formula.fill(model)
        found = golden["evaluation"]
        image = formula.signed(found["image"], tuple(found["shape"]))
        with torch.no_grad():
            logits = model.double().eval()(make_network_goldens.channels_first(image).double())
        flat = make_network_goldens.channels_last(logits).flatten()
        self.assertAlmostEqual(flat.norm().item() / found["norm"], 1, delta=1e-8)
        for index, value in zip(found["indices"], found["values"], strict=True):
            self.assertAlmostEqual(flat[index].item(), value, delta=1e-8)

    def test_golden_names_are_unique(self) -> None:
        names = [case.name for case in make_network_goldens.CASES]
        self.assertEqual(len(set(names)), len(names))


if __name__ == "__main__":
    unittest.main()
