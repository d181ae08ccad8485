"""The golden is what its script writes, and a changed bit is found."""

import unittest
from pathlib import Path

import numpy as np
from safetensors.numpy import save

from check_safetensors import differences, example, read

GOLDEN = Path(__file__).resolve().parent / "goldens" / "tiny.safetensors"


class GoldenTests(unittest.TestCase):
    def test_the_golden_holds_the_example(self) -> None:
        tensors, metadata = example()
        self.assertEqual(GOLDEN.read_bytes(), save(tensors, metadata=metadata))
        found, found_metadata = read(GOLDEN)
        self.assertEqual(differences(found, tensors), [])
        self.assertEqual(found_metadata, metadata)

    def test_differences_name_the_tensor(self) -> None:
        tensors, _ = example()
        changed = dict(tensors)
        changed["head.bias"] = np.nextafter(tensors["head.bias"], np.float32(1))
        del changed["labels"]
        self.assertEqual(differences(changed, tensors), ["head.bias", "labels"])


if __name__ == "__main__":
    unittest.main()
