"""Reads the event file of `rss export tensorboard RUN` with TensorBoard's own reader and compares it with RUN's metrics.jsonl.

    check_tensorboard.py runs/fashion32-image-1
    check_tensorboard.py runs/fashion32-image-1 --events DIR     where it was exported with --out DIR
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

# TensorBoard's name of each column of metrics.jsonl. Queries are exported where mIoU is.
TAGS = {
    "loss": "train/loss",
    "reward": "train/reward",
    "learningRate": "train/learning_rate",
    "gradientNorm": "train/gradient_norm",
    "mIoU": "validation/mIoU",
    "pixelAccuracy": "validation/pixel_accuracy",
}

Scalars = dict[str, list[tuple[int, np.float32]]]


def expected(metrics: Path) -> Scalars:
    """Step and value of every scalar; a half-written last line, as a killed run leaves it, holds none."""
    scalars: Scalars = {}
    for text in metrics.read_text().splitlines(keepends=True):
        if not text.endswith("\n"):
            break
        line = json.loads(text)
        values = {tag: line.get(name) for name, tag in TAGS.items()}
        values["reward_queries"] = line["queries"] if line.get("mIoU") is not None else None
        for tag, value in values.items():
            if value is not None:
                # Event files hold 32 bits; a number that isn't finite is written as text.
                scalars.setdefault(tag, []).append((line["step"], np.float32(value)))
    return scalars


def found(events: Path) -> Scalars:
    """The same as TensorBoard reads it; 0 keeps all points instead of a sample."""
    reader = EventAccumulator(str(events), size_guidance={"scalars": 0})
    reader.Reload()
    return {
        tag: [(event.step, np.float32(event.value)) for event in reader.Scalars(tag)]
        for tag in reader.Tags()["scalars"]
    }


def differences(one: Scalars, other: Scalars) -> list[str]:
    """Tags that are in one of them only, or differ in any step or bit; NaN equals NaN."""

    def same(tag: str) -> bool:
        a, b = one.get(tag, []), other.get(tag, [])
        return [step for step, _ in a] == [step for step, _ in b] and np.array_equal(
            [value for _, value in a], [value for _, value in b], equal_nan=True
        )

    return sorted(tag for tag in one.keys() | other.keys() if not same(tag))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("run", type=Path)
    parser.add_argument("--events", type=Path, help="the event file's folder; default: the run's")
    arguments = parser.parse_args()
    metrics = arguments.run / "metrics.jsonl"
    if not metrics.is_file():
        sys.exit(f"check_tensorboard.py: {metrics} is missing: {arguments.run} is no run's folder")
    events = found(arguments.events or arguments.run)
    if not events:
        sys.exit(
            f"check_tensorboard.py: no events; run: rss export tensorboard {arguments.run}"
        )
    odd = differences(expected(metrics), events)
    if odd:
        sys.exit(f"check_tensorboard.py: different from {metrics}: {', '.join(odd)}")
    for tag, values in sorted(events.items()):
        print(f"{tag}  {len(values)} values, steps {values[0][0]} to {values[-1][0]}")
    print(f"same as {metrics}")


if __name__ == "__main__":
    main()
