"""Speed and memory of large networks' training steps, ours against PyTorch, taken in turns.

    bench_networks.py [--only resnet18-unet ...] --output benchmarks/results/networks.md

As in `bench.py`: every round measures ours, PyTorch eager (channels_last) and PyTorch compiled one
after the other, each in a process of its own, here one for each kind of step, whose peak of memory
is reported, too. Without dropout, which ours has none of.
"""

import argparse
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bench

MAPS = 64
OBJECTIVES = ("crossEntropy", "imageReward")
TIMES = {"crossEntropy": bench.CROSS_ENTROPY, "imageReward": bench.IMAGE_REWARD}
ROWS = {"crossEntropy": "cross-entropy", "imageReward": f"image-level reward, M = {MAPS}"}
# What a network is called, and the options of `rss bench step` and of `step_worker.py`.
NETWORKS: dict[str, dict[str, Any]] = {
    "mobilenetV2-deeplabV3Plus": {
        "encoder": "mobilenetV2", "decoder": "deeplabV3Plus", "classes": 7, "size": 128,
        "batch": 16,
    },
    "resnet18-unet": {
        "encoder": "resnet18", "decoder": "unet", "classes": 21, "size": 128, "batch": 16,
    },
    "resnet50-deeplabV3Plus": {
        "encoder": "resnet50", "decoder": "deeplabV3Plus", "classes": 21, "size": 256, "batch": 4,
    },
}  # fmt: skip


@dataclass
class Pair:
    """One side's two kinds of steps, each in its own process, in one turn."""

    sides: dict[str, bench.Ours | bench.Worker]

    def turn(self, maps: int) -> bench.Turn:
        merged: bench.Turn = {}
        for objective, side in self.sides.items():
            found = side.turn(maps)
            if "error" in found:
                return found
            merged[peak_key(objective)] = found.pop("peakMegabytes")
            merged |= found
        return merged

    def close(self) -> None:
        for side in self.sides.values():
            if isinstance(side, bench.Worker):
                side.close()


def peak_key(objective: str) -> str:
    return f"{objective}PeakMegabytes"


def make_sides(options: dict[str, Any], arguments: argparse.Namespace) -> dict[str, Pair]:
    """Ours, eager and, if it is asked for, compiled."""
    threads, steps = arguments.threads, arguments.steps
    sides = {
        "ours": Pair(
            {
                objective: bench.Ours(
                    arguments.rss, threads, options | {"objective": objective, "steps": steps}
                )
                for objective in OBJECTIVES
            }
        )
    }
    for mode in bench.SIDES[1:]:
        if mode == "eager" or not arguments.no_compile:
            workers = {
                objective: bench.Worker(mode, threads, steps, options | {"objective": objective})
                for objective in OBJECTIVES
            }
            sides[mode] = Pair(workers)
    return sides


def measure(name: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """The record of one network."""
    sides = make_sides(NETWORKS[name], arguments)
    everything, errors = list(sides.values()), {}
    try:
        # Untimed: compiles every step once, outside the rounds.
        for mode in [mode for mode in sides if mode != "ours"]:
            print(f"{name}: warming up PyTorch {mode}", file=sys.stderr)
            answer = sides[mode].turn(MAPS)
            if "error" in answer:
                errors[mode] = answer["error"]
                del sides[mode]
        turns = bench.measure(sides, arguments.rounds, (MAPS,), name)
    finally:
        for side in everything:
            side.close()
    for turn in turns:
        for side, result in turn["results"].items():
            if "error" in result:
                errors[side] = result["error"]
    rows = {ROWS[o]: bench.summarize(turns, TIMES[o]) for o in OBJECTIVES}
    memory = {ROWS[o]: peaks(turns, peak_key(o)) for o in OBJECTIVES}
    return {
        "options": NETWORKS[name], "rows": rows, "peakMegabytes": memory, "errors": errors,
        "sgemm": bench.sgemm_share(turns), "turns": turns,
    }  # fmt: skip


def peaks(turns: list[dict[str, Any]], key: str) -> dict[str, float]:
    """Each side's median peak."""
    found = {side: bench.values(turns, side, key) for side in bench.SIDES}
    return {side: statistics.median(numbers) for side, numbers in found.items() if numbers}


def memory_table(memory: dict[str, dict[str, float]]) -> str:
    lines = ["| step | ours, MB | eager, MB | compiled, MB |", "|---|---|---|---|"]
    for row, found in memory.items():
        cells = [f"{found[side]:.0f}" if side in found else "-" for side in bench.SIDES]
        lines.append(f"| {row} | {' | '.join(cells)} |")
    return "\n".join(lines)


def describe(name: str, record: dict[str, Any]) -> str:
    """One network's section."""
    options = record["options"]
    parts = [
        f"## {name}",
        f"{options['classes']} classes, batch {options['batch']} of {options['size']} x "
        f"{options['size']} x 3.",
        bench.markdown_table(record["rows"]),
        "Peak of a process's memory:",
        memory_table(record["peakMegabytes"]),
    ]
    if record["sgemm"]:
        share = record["sgemm"]
        parts.append(
            f"Our cross-entropy step: {share['stepGFLOPS']:.0f} GFLOP/s, {share['share']:.0%} of "
            f"this machine's SGEMM rate ({share['sgemmGFLOPS']:.0f} GFLOP/s)."
        )
    parts += [f"No numbers for {side}: {error}" for side, error in record["errors"].items()]
    return "\n\n".join(parts)


def markdown(record: dict[str, Any]) -> str:
    """The report, a pure function of the record."""
    settings = record["settings"]
    parts = [
        "# Training steps of large networks: ours and PyTorch",
        f"AdamW and clipping included. {bench.conditions(record['machine'])}",
        f"Median over {settings['rounds']} rounds in turns of {settings['steps']} steps; ratios "
        "are pairs of the same round, with their range; above 1 ours is faster.",
    ]
    parts += [describe(name, found) for name, found in record["networks"].items()]
    return "\n\n".join(parts) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rss", default=".build/release/rss", help="our program")
    parser.add_argument("--only", nargs="+", choices=list(NETWORKS), default=list(NETWORKS))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=5, help="steps per measurement")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--no-compile", action="store_true", help="leave torch.compile out")
    parser.add_argument("--output", type=Path, help="write this Markdown file and its .json")
    arguments = parser.parse_args()
    record = {
        "machine": bench.machine(arguments.threads),
        "settings": {"rounds": arguments.rounds, "steps": arguments.steps},
        "networks": {name: measure(name, arguments) for name in arguments.only},
    }
    bench.publish(markdown(record), record, arguments.output)


if __name__ == "__main__":
    main()
