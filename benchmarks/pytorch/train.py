"""A whole training run in PyTorch on exported data: one row, one curve, one validation mIoU.

DIR holds `batches.safetensors` (images float32 [S, N, H, W, C], labels uint8 [S, N, H, W]),
`validation.safetensors` (images [V, H, W, C], labels [V, H, W]) and, if the start should be the
same, `initial.safetensors`. One step per batch: AdamW, one cycle, gradient norm clipped to 1.
"""

import argparse
import functools
import json
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

import rss_step
from unet import UNet, load_named_weights, parameter_groups

LEARNING_RATE = 5e-3
WEIGHT_DECAY = 1e-4
CLIP = 1.0
WARM_UP_SHARE = 0.1
# PyTorch's defaults for OneCycleLR: start at 1/25 of the peak, end at 1e-4 of the start.
START_DIVISOR, END_DIVISOR = 25.0, 1e4
VALIDATION_BATCH = 64


def confusion_matrix(predicted: Tensor, truth: Tensor, classes: int) -> Tensor:
    """Counts [K, K] by (truth, prediction); void is left out."""
    valid = truth != rss_step.VOID
    pairs = truth[valid].long() * classes + predicted[valid]
    return torch.bincount(pairs, minlength=classes**2).view(classes, classes)


def mean_iou(confusion: Tensor) -> float:
    """Mean of intersection / union over the classes present in the truth."""
    intersection = confusion.diagonal().double()
    truth, predicted = confusion.sum(dim=1), confusion.sum(dim=0)
    present = truth > 0
    iou = intersection / (truth + predicted - intersection).clamp(min=1)
    return iou[present].mean().item() if present.any() else float("nan")


@torch.no_grad()
def validate(model: nn.Module, images: Tensor, labels: Tensor, classes: int) -> float:
    """mIoU of one confusion matrix over the whole validation set; images [V, H, W, C]."""
    model.eval()
    confusion = torch.zeros(classes, classes, dtype=torch.long)
    for batch, truth in zip(images.split(VALIDATION_BATCH), labels.split(VALIDATION_BATCH)):
        predicted = model(batch.permute(0, 3, 1, 2)).argmax(dim=1)
        confusion += confusion_matrix(predicted, truth, classes)
    model.train()
    return mean_iou(confusion)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path, help="exported batches and validation set")
    parser.add_argument("--row", choices=["ce", "pixel", "image"], default="ce")
    parser.add_argument("--maps", type=int, default=16, help="action maps per image, row image")
    parser.add_argument("--width", type=int, default=12)
    parser.add_argument("--classes", type=int, default=6)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--every", type=int, default=100, help="steps between validations")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--cycle-momentum", action="store_true", help="OneCycleLR also moves AdamW's beta1"
    )
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)

    batches = load_file(arguments.directory / "batches.safetensors")
    validation = load_file(arguments.directory / "validation.safetensors")
    steps, channels = batches["images"].shape[0], batches["images"].shape[-1]
    model = UNet(channels, arguments.width, arguments.classes)
    initial = arguments.directory / "initial.safetensors"
    if initial.exists():
        load_named_weights(model, load_file(initial))
    model = model.to(memory_format=torch.channels_last)
    parameters = list(model.parameters())
    optimizer = torch.optim.AdamW(parameter_groups(model, WEIGHT_DECAY), lr=LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer,
        max_lr=LEARNING_RATE,
        total_steps=steps,
        pct_start=WARM_UP_SHARE,
        div_factor=START_DIVISOR,
        final_div_factor=END_DIVISOR,
        cycle_momentum=arguments.cycle_momentum,
    )
    losses: dict[str, rss_step.Loss] = {
        "ce": rss_step.cross_entropy_loss,
        "pixel": rss_step.pixel_reward_loss,
        "image": functools.partial(rss_step.image_reward_loss, maps=arguments.maps),
    }

    def objective(images: Tensor, labels: Tensor) -> Tensor:
        return losses[arguments.row](model(images), labels)

    for step, (images, labels) in enumerate(zip(batches["images"], batches["labels"]), start=1):
        loss = rss_step.training_step(
            objective, parameters, optimizer, images.permute(0, 3, 1, 2), labels.long(), CLIP
        )
        if step < steps:
            schedule.step()
        if step % arguments.every == 0 or step == steps:
            score = validate(model, validation["images"], validation["labels"], arguments.classes)
            print(json.dumps({"step": step, "loss": round(loss.item(), 6), "mIoU": score}))
            sys.stdout.flush()


if __name__ == "__main__":
    main()
