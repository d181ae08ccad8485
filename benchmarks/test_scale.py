"""The model of scale, against sums by hand."""

import unittest

import scale

FOUND = {
    "seconds": {"batch 8": 0.9, "batch 16": 1.7, "2 ranks": 0.9, "4 ranks": 1.0, "large": 0.4},
    "parameters": 1_000_000, "largeParameters": 25_000_000, "cores": 2,
}  # fmt: skip


class ScaleTests(unittest.TestCase):
    def test_one_rank_has_no_messages(self) -> None:
        # A shard of two images takes (1.7 - 0.9) / 4 = 0.2 s, and 0.1 s are for every step.
        self.assertAlmostEqual(scale.model(8, 1, FOUND, (1, 1)), 1.7)
        self.assertAlmostEqual(scale.model(4, 1, FOUND, (1, 1)), 0.9)

    def test_messages_of_two_ranks(self) -> None:
        latency, bandwidth = 1e-3, 1e9
        half = 4 * 1_000_000 / 2
        messages = 2 * (latency + half / bandwidth) + half / scale.MEMORY
        statistics = (2 * scale.LAYERS + 5) * latency + 32 * scale.CHANNELS * 8 / bandwidth
        expected = 0.1 + 4 * 0.2 + messages + statistics
        self.assertAlmostEqual(scale.model(8, 2, FOUND, (latency, bandwidth)), expected)

    def test_more_ranks_than_cores_take_turns(self) -> None:
        without, here = (scale.model(8, 4, FOUND, (0.0, 1e30), cores) for cores in (0, 2))
        self.assertAlmostEqual(here - without, 2 * 0.2)

    def test_a_batch_has_work_for_as_many_cores_as_images(self) -> None:
        small, large = (scale.training(16 * 3600, 256, cores, cores, FOUND) for cores in (16, 512))
        self.assertGreater(small, 1440 / 3600 * 0.99)
        self.assertLess(large, small)


if __name__ == "__main__":
    unittest.main()
