#!/usr/bin/env python3
"""Tests of data-scripts/reward_server.py: `python3 data-scripts/test_reward_server.py`."""

import base64
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import png_codec  # noqa: E402
import reward_server  # noqa: E402


def direct(name, mask, truth, classes):
    """The scores with sets of places, one class after the other."""
    counted = {p for p, k in enumerate(truth) if k != 255}
    if name == "pixelAccuracy":
        return sum(mask[p] == truth[p] for p in counted) / len(counted) if counted else 0.0
    values = []
    for k in range(classes):
        t = {p for p in counted if truth[p] == k}
        m = {p for p in counted if mask[p] == k}
        if t:
            values.append(
                {
                    "meanIoU": len(t & m) / len(t | m),
                    "meanClassAccuracy": len(t & m) / len(t),
                    "dice": 2 * len(t & m) / (len(t) + len(m)),
                }[name]
            )
    return sum(values) / len(values) if values else 0.0


class Scores(unittest.TestCase):
    def test_every_score_equals_its_formula(self):
        numbers = random.Random(1)
        for size, ids in ((1, [0]), (1, [255]), (12, [0, 1, 2, 255]), (12, [255]), (30, [0, 2])):
            width = size if size < 12 else 6
            truth = [numbers.choice(ids) for _ in range(size)]
            masks = [[numbers.randrange(3) for _ in range(size)] for _ in range(5)]
            found = reward_server.Truth((width, size // width, truth), (width, size // width), (0, 0), 3)
            for name, score in reward_server.SCORES.items():
                rewards = found.rewards(b"".join(map(bytes, masks)), size, score)
                self.assertEqual(rewards, [direct(name, m, truth, 3) for m in masks], (name, truth))

    def test_the_frame_lies_where_the_origin_says(self):
        labels = (3, 2, [0, 1, 2, 2, 1, 0])
        inner = reward_server.Truth(labels, (1, 1), (2, 1), 3)
        self.assertEqual(inner.counts, [1, 0, 0])
        outer = reward_server.Truth(labels, (5, 4), (-1, -1), 3)
        self.assertEqual(outer.counts, [2, 2, 2])
        mask = bytes([0] * 5 + [0, 0, 1, 2, 0] + [0, 2, 1, 0, 0] + [0] * 5)
        self.assertEqual(outer.rewards(mask, 20, reward_server.pixel_accuracy), [1.0])

    def test_an_id_without_class_is_refused(self):
        with self.assertRaisesRegex(ValueError, "class id 3"):
            reward_server.Truth((1, 1, [3]), (1, 1), (0, 0), 3)


class Program(unittest.TestCase):
    def run_server(self, questions, labels=None, arguments=()):
        with tempfile.TemporaryDirectory() as folder:
            for name, (width, height, values) in (labels or {}).items():
                pathlib.Path(folder, f"{name}.png").write_bytes(png_codec.encode(width, height, 1, bytes(values)))
            return subprocess.run(
                [sys.executable, str(HERE / "reward_server.py"), folder, *arguments],
                input="".join(json.dumps(q) + "\n" for q in questions), capture_output=True, text=True, timeout=60,
            )

    hello = {"type": "hello", "protocol": 1, "classes": ["a", "b"], "width": 2, "height": 1, "channels": 1}

    def question(self, step, **changes):
        masks = base64.b64encode(bytes([0, 1, 1, 1])).decode()
        image = {"name": "one", "index": 0, "size": [2, 1], "origin": [0, 0], "masks": masks}
        return {"type": "score", "step": step, "images": [{**image, **changes}]}

    def test_a_conversation(self):
        run = self.run_server(
            [self.hello, self.question(0), self.question(1)], {"one": (2, 1, [0, 1])}, ["--score", "dice"]
        )
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        lines = [json.loads(line) for line in run.stdout.splitlines()]
        rewards = [[1.0, (0.0 + 2 / 3) / 2]]
        self.assertEqual(
            lines, [{"protocol": 1, "pixels": False}] + [{"step": s, "rewards": rewards} for s in (0, 1)]
        )

    def test_complaints(self):
        labels = {"one": (2, 1, [0, 1])}
        for questions, complaint in (
            ([{**self.hello, "protocol": 2}], "version 2"),
            ([self.hello, self.question(0, name="two")], "two.png"),
            ([self.hello, self.question(0, size=[3, 1])], "2x1 pixels; the image has [3, 1]"),
        ):
            run = self.run_server(questions, labels)
            self.assertEqual(run.returncode, 1)
            self.assertIn(complaint, run.stderr)
            self.assertEqual(len(run.stderr.splitlines()), 1)
        run = subprocess.run(
            [sys.executable, str(HERE / "reward_server.py"), "/nonexistent"], capture_output=True, text=True, timeout=60
        )
        self.assertEqual((run.returncode, run.stderr), (1, "reward_server: /nonexistent: no such folder\n"))


if __name__ == "__main__":
    unittest.main()
