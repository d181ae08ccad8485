"""What metrics.jsonl says is read as it is written, and a changed value is found."""

import tempfile
import unittest
from pathlib import Path

import numpy as np

from check_tensorboard import differences, expected


class MetricsTests(unittest.TestCase):
    def test_a_half_written_last_line_holds_nothing(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            metrics = Path(folder) / "metrics.jsonl"
            metrics.write_text(
                '{"step":1,"queries":8,"loss":0.5}\n{"step":2,"queries":16,"mIoU":0.1}\n{"step":3,"qu'
            )
            self.assertEqual(
                expected(metrics),
                {
                    "train/loss": [(1, np.float32(0.5))],
                    "validation/mIoU": [(2, np.float32(0.1))],
                    "reward_queries": [(2, np.float32(16))],
                },
            )

    def test_differences_name_the_tag(self) -> None:
        one = {"a": [(1, np.float32(1)), (2, np.float32("nan"))], "b": [(1, np.float32(0))]}
        self.assertEqual(differences(one, dict(one)), [])
        other = {"a": [(1, np.nextafter(np.float32(1), np.float32(2))), (2, np.float32("nan"))]}
        self.assertEqual(differences(one, other), ["a", "b"])


if __name__ == "__main__":
    unittest.main()
