"""What a step takes on 1 to 64 machines: a model, beside what was measured on this one.

    scale.py [--rss .build/release/rss] --output benchmarks/results/scale.md

Measured here: the step of one process for two batch sizes (so the time of an image, and what every
rank has to do once), and of 1, 2 and 4 processes that share a batch. Stated: the network's latency
and bandwidth. From these and the sizes of the messages follows

    T(N) = fixed + ceil(shards / N) t_shard + T_gradient(N) + T_statistics(N)
    T_gradient(N) = 2 ((N - 1) latency + 4 P (N - 1) / N / bandwidth) + 4 P (N - 1) / N / memory
    T_statistics(N) = (2 layers + 5) log2(N) latency + 32 channels shards / bandwidth

for P parameters: each rank sends what it has of every slice to the slice's owner, adds, and sends
sums to all; batch normalisation's statistics go round forward and backward. Nothing overlaps here,
though gradients are sent while the backward pass goes on: an upper bound of what messages cost.
"""

import argparse
import json
import math
import os
import statistics
import subprocess
from pathlib import Path
from typing import Any

# Latency in seconds and bandwidth in bytes a second of one machine's network card.
NETWORKS = {
    "10 Gbit Ethernet": (30e-6, 1.1e9),
    "100 Gbit InfiniBand": (2e-6, 11e9),
}
# What adding two arrays reaches, bytes of one a second.
MEMORY = 4e9
NODES = (1, 2, 4, 8, 16, 32, 64)
STEP = {"classes": 7, "size": 128, "encoder": "mobilenetV2", "decoder": "deeplabV3Plus"}
# Batch normalisations of MobileNetV2 with DeepLabV3+ and their channels together.
LAYERS, CHANNELS = 61, 19_152
BATCH = 64
# A training of ResNet-50 with DeepLabV3+ as papers of the field do it (Chen et al. 2017 for VOC and
# Cityscapes, mmsegmentation for Pascal Context): images of a training, pixels of one side.
TRAININGS = {
    "PASCAL VOC 2012": (30_000 * 16, 513),
    "Pascal Context": (40_000 * 16, 480),
    "Cityscapes": (90_000 * 16, 769),
}


def step(rss: str, options: dict[str, Any], ranks: int = 1) -> dict[str, Any]:
    command = [rss, "bench", "step", "--objective", "crossEntropy", "--json", "--threads", "1"]
    for name, value in options.items():
        command += [f"--{name}", str(value)]
    if ranks > 1:
        command += ["--ranks", str(ranks)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.strip().splitlines()[-1])


def measured(rss: str, rounds: int) -> dict[str, Any]:
    """Seconds of a step, and what the model needs."""
    shard = {"shard-size": 2, "steps": 4}
    turns = []
    for _ in range(rounds):
        turn = {
            f"batch {batch}": step(rss, STEP | shard | {"batch": batch}) for batch in (8, 16)
        }
        turn |= {f"{n} ranks": step(rss, STEP | shard | {"batch": 16}, n) for n in (2, 4)}
        turn["large"] = step(
            rss,
            {
                "encoder": "resnet50", "decoder": "deeplabV3Plus", "classes": 21, "size": 256,
                "batch": 1, "shard-size": 1, "steps": 2,
            },
        )  # fmt: skip
        turns.append(turn)
    seconds = {
        name: statistics.median(turn[name]["crossEntropyMilliseconds"] for turn in turns) / 1e3
        for name in turns[0]
    }
    return {
        "seconds": seconds, "parameters": turns[0]["batch 16"]["parameters"],
        "largeParameters": turns[0]["large"]["parameters"], "cores": os.cpu_count(),
    }  # fmt: skip


def model(
    shards: int, ranks: int, found: dict[str, Any], network: tuple[float, float], cores: int = 0
) -> float:
    """Seconds of a step; `cores` limits how many ranks compute at a time."""
    eight, sixteen = found["seconds"]["batch 8"], found["seconds"]["batch 16"]
    shard = (sixteen - eight) / 4
    fixed = max(0.0, eight - 4 * shard)
    turns = math.ceil(shards / ranks) * (math.ceil(ranks / cores) if cores else 1)
    if ranks == 1:
        return fixed + turns * shard
    latency, bandwidth = network
    size = 4 * found["parameters"] * (ranks - 1) / ranks
    gradient = 2 * ((ranks - 1) * latency + size / bandwidth) + size / MEMORY
    rounds = (2 * LAYERS + 5) * math.ceil(math.log2(ranks))
    return fixed + turns * shard + gradient + rounds * latency + 32 * CHANNELS * shards / bandwidth


def training(images: int, side: int, cores: int, batch: int, found: dict[str, Any]) -> float:
    """Hours of a training whose batches all cores share, by images alone and by gradients."""
    image = found["seconds"]["large"] * (side / 256) ** 2
    latency, bandwidth = NETWORKS["100 Gbit InfiniBand"]
    size = 4 * found["largeParameters"]
    messages = 2 * (cores * latency + size / bandwidth) + size / MEMORY
    return images / batch * (math.ceil(batch / cores) * image + messages) / 3600


def markdown(found: dict[str, Any]) -> str:
    seconds, here = found["seconds"], (1e-6, 5e9)
    parts = [
        "# A step on several machines: a model and what was measured",
        "Made by `benchmarks/scale.py`, whose first lines say what it assumes. MobileNetV2 with "
        "DeepLabV3+, 128 x 128, cross-entropy, shards of 2, synchronised statistics, one thread a "
        "rank.",
        f"On this machine ({found['cores']} cores; messages through memory: 1 µs, 5 GB/s), a batch "
        "of 16:",
        "| ranks | model, ms | measured, ms |\n|---|---|---|\n"
        + "\n".join(
            f"| {ranks} | {model(8, ranks, found, here, found['cores']) * 1e3:.0f} "
            f"| {seconds['batch 16' if ranks == 1 else f'{ranks} ranks'] * 1e3:.0f} |"
            for ranks in (1, 2, 4)
        ),
        f"A batch of {BATCH}, one rank a machine; milliseconds, and how much faster than one:",
        "| machines | " + " | ".join(NETWORKS) + " |\n|---|" + "---|" * len(NETWORKS) + "\n"
        + "\n".join(
            f"| {nodes} | "
            + " | ".join(
                f"{model(BATCH // 2, nodes, found, network) * 1e3:.0f} "
                f"({model(BATCH // 2, 1, found, network) / model(BATCH // 2, nodes, found, network):.1f})"
                for network in NETWORKS.values()
            )
            + " |"
            for nodes in NODES
        ),
        "The paper's data sets at their own size: ResNet-50 with DeepLabV3+ and cross-entropy, a "
        f"core takes {seconds['large']:.2f} s for an image of 256 x 256 (measured) and as much more "
        "as there are more pixels. 8 machines of 64 cores, one shard of one image for each core: a "
        "batch has to have 512 images for all cores to have work, and of 16 images 16 cores do. Hours "
        "of a training, if cores of a machine didn't share its memory (they do, so a lower bound):",
        "| data | images seen | pixels | batch 16, hours | batch 512, hours |\n|---|---|---|---|---|\n"
        + "\n".join(
            f"| {name} | {images} | {side} x {side} | {training(images, side, 16, 16, found):.0f} "
            f"| {training(images, side, 512, 512, found):.1f} |"
            for name, (images, side) in TRAININGS.items()
        ),
    ]
    return "\n\n".join(parts) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rss", default=".build/release/rss", help="our program")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--output", type=Path, help="write this Markdown file and its .json")
    arguments = parser.parse_args()
    found = measured(arguments.rss, arguments.rounds)
    report = markdown(found)
    print(report, end="")
    if arguments.output:
        arguments.output.write_text(report)
        arguments.output.with_suffix(".json").write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
