"""Speed of a step that ranks share, ours against PyTorch's DistributedDataParallel, in turns.

    bench_ranks.py [--only unet ...] --output benchmarks/results/ranks.md

Every round measures one process and two of ours (perShard statistics, as DistributedDataParallel
has them, and synchronised ones), and one and two of PyTorch's with Gloo, each with one thread a
process, one after the other. Ratios are of the same round.
"""

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

import bench

HERE = Path(__file__).parent
NETWORKS: dict[str, dict[str, Any]] = {
    "unet": {"classes": 11, "size": 64, "batch": 16},
    "mobilenetV2-deeplabV3Plus": {
        "encoder": "mobilenetV2", "decoder": "deeplabV3Plus", "classes": 7, "size": 128,
        "batch": 16,
    },
}  # fmt: skip
# What is measured: a name, processes, and options of `rss bench step`; None is PyTorch.
SIDES: list[tuple[str, int, list[str] | None]] = [
    (f"{name} {ranks}", ranks, options)
    for name, options in [
        ("ours", ["--shard-normalization", "perShard"]),
        ("ours fast", ["--shard-normalization", "perShard", "--reduction", "fast"]),
        ("ours synchronised", ["--shard-normalization", "synchronised"]),
        ("PyTorch", None),
    ]
    for ranks in (1, 2)
]

APART = "ours, two processes of half a batch that share nothing"


def options_of(network: dict[str, Any]) -> list[str]:
    return [text for name, value in network.items() for text in (f"--{name}", str(value))]


def ours(rss: str, network: dict[str, Any], ranks: int, steps: int, more: list[str]) -> float:
    command = [rss, "bench", "step", "--objective", "crossEntropy", "--json", "--threads", "1"]
    command += ["--steps", str(steps), "--shard-size", str(network["batch"] // 4)]
    command += [*options_of(network), *more]
    if ranks > 1:
        command += ["--ranks", str(ranks)]
    return json.loads(run(command, os.environ))["crossEntropyMilliseconds"]


def apart(rss: str, network: dict[str, Any], steps: int) -> float:
    """Two processes that know nothing of one another, at the same time, each with half the batch."""
    half = network | {"batch": network["batch"] // 2}
    command = [rss, "bench", "step", "--objective", "crossEntropy", "--json", "--threads", "1"]
    command += ["--steps", str(steps), "--shard-size", str(network["batch"] // 4)]
    command += ["--shard-normalization", "perShard", *options_of(half)]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    answers = [process.communicate()[0] for process in processes]
    return statistics.mean(json.loads(answer)["crossEntropyMilliseconds"] for answer in answers)


def pytorch(network: dict[str, Any], ranks: int, steps: int) -> float:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, str(HERE / "ddp_worker.py"), "--steps", str(steps)]
    command += options_of(network)
    environment = os.environ | {
        "WORLD_SIZE": str(ranks), "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port),
        "OMP_NUM_THREADS": "1",
    }  # fmt: skip
    others = [
        subprocess.Popen(command, env=environment | {"RANK": str(rank)})
        for rank in range(1, ranks)
    ]
    answer = run(command, environment | {"RANK": "0"})
    for process in others:
        process.wait()
    return json.loads(answer)["milliseconds"]


def run(command: list[str], environment: Any) -> str:
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"bench_ranks.py: {' '.join(command)} failed:\n{done.stderr}")
    return done.stdout.strip().splitlines()[-1]


def measure(name: str, arguments: argparse.Namespace) -> list[dict[str, float]]:
    rounds = []
    for number in range(arguments.rounds):
        print(f"{name}: round {number + 1} of {arguments.rounds}", file=sys.stderr)
        rounds.append(
            {APART: apart(arguments.rss, NETWORKS[name], arguments.steps)}
            | {
                side: pytorch(NETWORKS[name], ranks, arguments.steps)
                if more is None
                else ours(arguments.rss, NETWORKS[name], ranks, arguments.steps, more)
                for side, ranks, more in SIDES
            }
        )
    return rounds


def ratio(rounds: list[dict[str, float]], above: str, below: str) -> dict[str, float]:
    found = [turn[above] / turn[below] for turn in rounds]
    return {"median": statistics.median(found), "least": min(found), "most": max(found)}


def ratios(rounds: list[dict[str, float]]) -> dict[str, dict[str, float]]:
    found = {}
    for side in ("ours", "ours fast", "ours synchronised", "PyTorch"):
        found[f"{side}: 1 process / 2"] = ratio(rounds, f"{side} 1", f"{side} 2")
    found["ours: 1 process / two processes of half a batch that share nothing"] = ratio(
        rounds, "ours 1", APART
    )
    for side in ("ours", "ours synchronised"):
        found[f"PyTorch / {side}, 2 processes"] = ratio(rounds, "PyTorch 2", f"{side} 2")
    found["ours: ordered / fast, 2 processes"] = ratio(rounds, "ours 2", "ours fast 2")
    found["ours: synchronised / perShard, 2 processes"] = ratio(
        rounds, "ours synchronised 2", "ours 2"
    )
    return found


def describe(name: str, rounds: list[dict[str, float]]) -> str:
    network = NETWORKS[name]
    lines = [
        f"## {name}",
        "",
        f"{network['classes']} classes, batch {network['batch']} of {network['size']} x "
        f"{network['size']}, in four shards.",
        "",
        "| | ms |",
        "|---|---|",
    ]
    for side, ranks, _ in SIDES:
        words = f"{side.rsplit(' ', 1)[0]}, {ranks} process{'es' if ranks > 1 else ''}"
        lines.append(f"| {words} | {statistics.median(turn[side] for turn in rounds):.1f} |")
    lines.append(f"| {APART} | {statistics.median(turn[APART] for turn in rounds):.1f} |")
    lines += ["", "| ratio | median | range |", "|---|---|---|"]
    for words, found in ratios(rounds).items():
        lines.append(
            f"| {words} | {found['median']:.2f} | {found['least']:.2f} to {found['most']:.2f} |"
        )
    return "\n".join(lines)


def markdown(record: dict[str, Any]) -> str:
    """The report, a pure function of the record."""
    settings = record["settings"]
    parts = [
        "# A cross-entropy step that processes share: ours and PyTorch's DistributedDataParallel",
        f"AdamW and clipping included; one thread a process. {bench.conditions(record['machine'])}",
        f"Median over {settings['rounds']} rounds in turns of {settings['steps']} steps; ratios are "
        "pairs of the same round.",
    ]
    parts += [describe(name, rounds) for name, rounds in record["networks"].items()]
    return "\n\n".join(parts) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rss", default=".build/release/rss", help="our program")
    parser.add_argument("--only", nargs="+", choices=list(NETWORKS), default=list(NETWORKS))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=10, help="steps per measurement")
    parser.add_argument("--output", type=Path, help="write this Markdown file and its .json")
    arguments = parser.parse_args()
    record = {
        "machine": bench.machine(1),
        "settings": {"rounds": arguments.rounds, "steps": arguments.steps},
        "networks": {name: measure(name, arguments) for name in arguments.only},
    }
    bench.publish(markdown(record), record, arguments.output)


if __name__ == "__main__":
    main()
