"""The benchmark's arithmetic: medians, paired ratios, sides that failed."""

import unittest
from typing import Any

import bench


def turn(number: int, maps: int, **sides: tuple[float, float] | None) -> dict[str, Any]:
    """A turn's record; None for a side that failed."""
    results = {
        name: {bench.CROSS_ENTROPY: times[0], bench.IMAGE_REWARD: times[1]}
        if times
        else {"error": "no compiler"}
        for name, times in sides.items()
    }
    results["ours"] |= {"sgemmGFLOPS": 100.0, "stepGFLOP": 5.0}
    results["ours"] |= {"cellsMilliseconds": 105.0, "regressionMilliseconds": 130.0}
    return {"round": number, "maps": maps, "results": results}


TURNS = [
    turn(1, 16, ours=(100.0, 110.0), eager=(150.0, 220.0), compile=None),
    turn(2, 16, ours=(200.0, 240.0), eager=(200.0, 240.0)),
    turn(3, 16, ours=(100.0, 120.0), eager=(120.0, 180.0)),
]


class BenchTests(unittest.TestCase):
    def test_ratios_are_paired(self) -> None:
        row = bench.summarize(TURNS, bench.CROSS_ENTROPY)
        self.assertEqual(row["ours"]["milliseconds"], 100)
        self.assertEqual(row["eager"], {"milliseconds": 150, "ratio": 1.2, "ratioRange": [1, 1.5]})
        self.assertNotIn("compile", row)

    def test_overhead_and_sgemm_share(self) -> None:
        overhead = bench.overheads(TURNS, (16,))
        self.assertEqual(overhead["PSD"], {"16": {"ratio": 1.2, "range": [1.1, 1.2]}})
        self.assertEqual(overhead["PSD with regression"]["16"], {"ratio": 1.3, "range": [0.65, 1.3]})
        self.assertIn("| PSD | 1.20 (1.10 to 1.20) |", bench.overhead_table(overhead))
        share = bench.sgemm_share(TURNS)
        self.assertEqual(share, {"stepGFLOPS": 50, "sgemmGFLOPS": 100, "share": 0.5})

    def test_a_failed_side_is_a_dash(self) -> None:
        table = bench.markdown_table(bench.summarize_all(TURNS, (16,)))
        self.assertIn("| cross-entropy | 100.0 | 150.0 | - | 1.20 (1.00 to 1.50) | - |", table)


if __name__ == "__main__":
    unittest.main()
