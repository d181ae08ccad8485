"""One process of PyTorch's DistributedDataParallel: times cross-entropy steps of its share of a batch.

Started by `bench_ranks.py`, once for each rank, with RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT
in the environment. Rank 0 prints one JSON object. A world of one process has no wrapper: it is the
step that several are compared with.
"""

import argparse
import json
import os
import statistics
import time

import torch
import torch.distributed as distributed
from torch.nn.parallel import DistributedDataParallel

import rss_step
from step_worker import CLIP, LEARNING_RATE, WARM_UP_STEPS, WEIGHT_DECAY, make_network


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--channels", type=int, default=1)
    parser.add_argument("--width", type=int, default=16)
    parser.add_argument("--encoder")
    parser.add_argument("--decoder", default="unet")
    parser.add_argument("--classes", type=int, default=11)
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--batch", type=int, default=16, help="images of all processes")
    parser.add_argument("--steps", type=int, default=20)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    world = int(os.environ["WORLD_SIZE"])
    torch.manual_seed(0)
    model = make_network(arguments).to(memory_format=torch.channels_last)
    if world > 1:
        distributed.init_process_group("gloo")
        model = DistributedDataParallel(model)
    parameters = list(model.parameters())
    optimizer = torch.optim.AdamW(
        parameters, lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY, fused=True
    )
    share, size = arguments.batch // world, arguments.size
    images = torch.rand(share, 3 if arguments.encoder else arguments.channels, size, size)
    images = images.to(memory_format=torch.channels_last)
    labels = torch.randint(0, arguments.classes, (share, size, size))

    def objective(images: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        return rss_step.cross_entropy_loss(model(images), labels)

    times = []
    for step in range(WARM_UP_STEPS + arguments.steps):
        start = time.perf_counter()
        rss_step.training_step(objective, parameters, optimizer, images, labels, CLIP)
        if step >= WARM_UP_STEPS:
            times.append((time.perf_counter() - start) * 1e3)
    if int(os.environ["RANK"]) == 0:
        print(json.dumps({"milliseconds": statistics.median(times), "ranks": world}), flush=True)
    if world > 1:
        distributed.barrier()
    # Gloo's threads now and then end a process that ends by itself with "terminate called".
    os._exit(0)


if __name__ == "__main__":
    main()
