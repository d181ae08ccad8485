"""The PyTorch side of `bench.py`: a process that times training steps when asked.

Reads one JSON request per line ({"maps": 16, "steps": 20}) and answers with one JSON line of
milliseconds and the process's peak of memory meanwhile. Between requests it blocks in a read, so
its thread pool sleeps while the other side is measured.
"""

import argparse
import contextlib
import functools
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn

import rss_step
from unet import UNet

# As in the runs of the tables: AdamW 5e-3, weight decay 1e-4, gradient norm clipped to 1.
LEARNING_RATE = 5e-3
WEIGHT_DECAY = 1e-4
CLIP = 1.0
OBJECTIVES = ("crossEntropy", "imageReward")
# Untimed steps before each measurement: thread pool, allocator, oneDNN's primitive cache.
WARM_UP_STEPS = 3


def make_network(arguments: argparse.Namespace) -> nn.Module:
    """The small U-Net, or an encoder with a decoder, whose dropout is off because ours has none."""
    if arguments.encoder is None:
        return UNet(arguments.channels, arguments.width, arguments.classes)
    import networks  # Takes seconds, which the small U-Net needn't wait for.

    stride = 16 if arguments.decoder == "deeplabV3Plus" else 32
    model = networks.build(arguments.encoder, arguments.decoder, stride, arguments.classes)
    for module in model.modules():
        if isinstance(module, (nn.Dropout, nn.Dropout2d)):
            module.p = 0
    return model


def make_step(arguments: argparse.Namespace, loss: rss_step.Loss) -> Callable[[], torch.Tensor]:
    """A closure that runs one training step of a fresh network on one fixed batch."""
    torch.manual_seed(0)
    model = make_network(arguments).to(memory_format=torch.channels_last)
    parameters = list(model.parameters())
    optimizer = torch.optim.AdamW(
        parameters, lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY, fused=True
    )
    size, batch = arguments.size, arguments.batch
    images = torch.rand(batch, 3 if arguments.encoder else arguments.channels, size, size)
    images = images.to(memory_format=torch.channels_last)
    labels = torch.randint(0, arguments.classes, (batch, size, size))

    if arguments.mode == "compile":
        # The network only: with the reward loss compiled too, the step at M = 64 was slower (about
        # 340 ms against 200 ms with the loss left to eager kernels, on 2 noisy cores, torch 2.15).
        model.compile(dynamic=False)

    def objective(images: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        return loss(model(images), labels)

    return lambda: rss_step.training_step(objective, parameters, optimizer, images, labels, CLIP)


def median_milliseconds(step: Callable[[], torch.Tensor], steps: int) -> float:
    """Median wall time of `steps` steps, after the warm-up."""
    for _ in range(WARM_UP_STEPS):
        step()
    forget_peak()  # A compiler's memory isn't the step's.
    times = []
    for _ in range(steps):
        start = time.perf_counter()
        step()
        times.append((time.perf_counter() - start) * 1e3)
    return statistics.median(times)


def forget_peak() -> None:
    """Makes what is resident now the peak, proc(5), where that is allowed."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def peak_megabytes() -> float:
    """The most memory that was resident at once."""
    lines = Path("/proc/self/status").read_text().splitlines()
    (kibibytes,) = (line.split()[1] for line in lines if line.startswith("VmHWM:"))
    return int(kibibytes) * 1024 / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mode", choices=["eager", "compile"], required=True)
    parser.add_argument("--channels", type=int, default=1, help="of the small U-Net's images")
    parser.add_argument("--width", type=int, default=16, help="of the small U-Net")
    parser.add_argument("--encoder", help="in place of the small U-Net, as in networks.py")
    parser.add_argument("--decoder", default="unet")
    parser.add_argument("--objective", choices=OBJECTIVES, help="measure only that step")
    parser.add_argument("--classes", type=int, default=11)
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)

    # Answers go to the original standard output; whatever a compiler prints goes to the errors.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    cross_entropy = functools.cache(lambda: make_step(arguments, rss_step.cross_entropy_loss))
    image_reward = functools.cache(
        lambda maps: make_step(arguments, functools.partial(rss_step.image_reward_loss, maps=maps))
    )

    def step(objective: str, maps: int) -> Callable[[], torch.Tensor]:
        return cross_entropy() if objective == "crossEntropy" else image_reward(maps)

    for line in sys.stdin:
        request = json.loads(line)
        steps = request["steps"]
        try:
            answer = {
                f"{objective}Milliseconds": median_milliseconds(
                    step(objective, request["maps"]), steps
                )
                for objective in OBJECTIVES
                if arguments.objective in (None, objective)
            }
            answer["peakMegabytes"] = peak_megabytes()
        except Exception as error:  # A compiler that is missing or fails is a result to report.
            first_line = (str(error).strip() or type(error).__name__).splitlines()[0]
            answer = {"error": f"{type(error).__name__}: {first_line}"}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
