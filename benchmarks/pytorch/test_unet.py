"""Run with: python -m unittest discover -s benchmarks/pytorch"""

import unittest

import torch

from unet import UNet, load_named_weights, named_weights


class UNetTests(unittest.TestCase):
    def test_parameter_count_and_output_shape(self) -> None:
        model = UNet(channels=1, width=16, classes=11)
        self.assertEqual(sum(p.numel() for p in model.parameters()), 444_059)
        self.assertEqual(model(torch.rand(2, 1, 16, 24)).shape, (2, 11, 16, 24))

    def test_names_are_those_of_the_safetensors_files(self) -> None:
        names = set()
        for stack, count in (("encoder", 7), ("decoder", 3)):
            for index in range(count):
                block = f"{stack}.{index}"
                names.add(f"{block}.convolution.weight")
                for leaf in ("weight", "bias", "running_mean", "running_var"):
                    names.add(f"{block}.normalization.{leaf}")
        names |= {"head.weight", "head.bias"}
        self.assertEqual(named_weights(UNet(3, 2, 4)).keys(), names)

    def test_weights_round_trip_and_a_missing_name_is_an_error(self) -> None:
        source, target = UNet(1, 2, 3), UNet(1, 2, 3)
        weights = named_weights(source)
        load_named_weights(target, weights)
        for name, tensor in named_weights(target).items():
            self.assertTrue(torch.equal(tensor, weights[name]), name)
        del weights["head.bias"]
        with self.assertRaisesRegex(ValueError, "head.bias"):
            load_named_weights(target, weights)


if __name__ == "__main__":
    unittest.main()
