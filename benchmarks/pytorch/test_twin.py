"""The cross-check must pass for a faithful run and fail for a planted fault."""

import contextlib
import io
import tempfile
import unittest
from pathlib import Path

from safetensors.torch import load_file, save_file

import twin


def compare(directory: Path) -> tuple[bool, str]:
    """The verdict and what was printed."""
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        passed = twin.compare(directory)
    return passed, output.getvalue()


class TwinTests(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.directory = Path(folder.name)

    def test_a_faithful_run_passes(self) -> None:
        twin.write_self_test(self.directory)
        passed, output = compare(self.directory)
        self.assertTrue(passed, output)

    def test_another_momentum_fails(self) -> None:
        twin.write_self_test(self.directory, planted_momentum=0.8)
        passed, output = compare(self.directory)
        self.assertFalse(passed, output)
        self.assertIn("FAIL parameters", output)
        self.assertIn("ok   gradients", output)

    def test_a_scaled_gradient_fails_and_is_named(self) -> None:
        twin.write_self_test(self.directory)
        path = self.directory / "gradients.safetensors"
        gradients = load_file(path)
        gradients["encoder.3.convolution.weight"] *= 1.01
        save_file(gradients, path)
        passed, output = compare(self.directory)
        self.assertFalse(passed, output)
        self.assertIn("largest in encoder.3.convolution.weight", output)

    def test_a_biased_running_variance_fails(self) -> None:
        """PyTorch updates the running variance with n / (n - 1) times the batch's."""
        twin.write_self_test(self.directory)
        path = self.directory / "final.safetensors"
        final = load_file(path)
        final["encoder.6.normalization.running_var"] *= 15 / 16
        save_file(final, path)
        passed, output = compare(self.directory)
        self.assertFalse(passed, output)
        self.assertIn("FAIL running statistics", output)


if __name__ == "__main__":
    unittest.main()
