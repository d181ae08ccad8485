"""Ratios of the same round, and the report."""

import unittest

import bench_ranks


def turn(scale: float) -> dict[str, float]:
    times = {side: scale * (100 if ranks == 1 else 50) for side, ranks, _ in bench_ranks.SIDES}
    return times | {bench_ranks.APART: scale * 48, "PyTorch 2": scale * 75}


class BenchRanksTests(unittest.TestCase):
    def test_ratios_are_of_one_round(self) -> None:
        # A round in which all is twice as slow changes none of them.
        found = bench_ranks.ratios([turn(1), turn(2)])
        self.assertEqual(found["ours: 1 process / 2"], {"median": 2, "least": 2, "most": 2})
        self.assertEqual(found["PyTorch / ours, 2 processes"]["median"], 1.5)
        self.assertEqual(found["ours: ordered / fast, 2 processes"]["median"], 1)

    def test_every_side_is_in_the_report(self) -> None:
        text = bench_ranks.describe("unet", [turn(1)])
        self.assertIn("11 classes, batch 16 of 64 x 64, in four shards.", text)
        self.assertIn("| ours synchronised, 2 processes | 50.0 |", text)
        self.assertIn("| PyTorch, 2 processes | 75.0 |", text)


if __name__ == "__main__":
    unittest.main()
