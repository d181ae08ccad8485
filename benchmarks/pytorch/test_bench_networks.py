"""The merging of a side's two processes, and the report."""

import unittest
from dataclasses import dataclass

import bench_networks


@dataclass
class Side:
    """Answers what it is given."""

    answer: dict[str, object]

    def turn(self, maps: int) -> dict[str, object]:
        return dict(self.answer)


def pair(cross_entropy: float, reward: float, megabytes: float) -> bench_networks.Pair:
    answers = {"crossEntropy": cross_entropy, "imageReward": reward}
    return bench_networks.Pair(
        {
            name: Side({f"{name}Milliseconds": value, "peakMegabytes": megabytes + value})
            for name, value in answers.items()
        }
    )


class BenchNetworksTests(unittest.TestCase):
    def test_a_turn_has_both_steps_and_each_ones_memory(self) -> None:
        self.assertEqual(
            pair(100, 150, 1000).turn(64),
            {
                "crossEntropyMilliseconds": 100,
                "imageRewardMilliseconds": 150,
                "crossEntropyPeakMegabytes": 1100,
                "imageRewardPeakMegabytes": 1150,
            },
        )
        failing = pair(1, 2, 3)
        failing.sides["imageReward"] = Side({"error": "no compiler"})
        self.assertEqual(failing.turn(64), {"error": "no compiler"})

    def test_report(self) -> None:
        results = {"ours": pair(100, 150, 900).turn(64), "eager": pair(130, 300, 1000).turn(64)}
        turns = [{"round": 1, "maps": 64, "results": results}]
        memory = {"cross-entropy": bench_networks.peaks(turns, "crossEntropyPeakMegabytes")}
        rows = {"cross-entropy": bench_networks.bench.summarize(turns, "crossEntropyMilliseconds")}
        record = {
            "options": bench_networks.NETWORKS["resnet18-unet"], "rows": rows,
            "peakMegabytes": memory, "sgemm": None, "errors": {"compile": "no compiler"},
        }  # fmt: skip
        text = bench_networks.describe("resnet18-unet", record)
        self.assertIn("21 classes, batch 16 of 128 x 128 x 3", text)
        self.assertIn("| cross-entropy | 100.0 | 130.0 | - | 1.30 (1.30 to 1.30) | - |", text)
        self.assertIn("| cross-entropy | 1000 | 1130 | - |", text)
        self.assertIn("No numbers for compile: no compiler", text)


if __name__ == "__main__":
    unittest.main()
