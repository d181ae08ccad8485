"""Prints the learning rates of PyTorch's OneCycleLR that ScheduleTests compares our schedule with.

One list for each (steps, warm-up), as factors on the highest rate, ready to paste into the test.
"""

import warnings

import torch

CASES = [(20, 0.1), (50, 0.3), (7, 0.5)]


def factors(steps: int, warmup: float) -> list[float]:
    """The factor of each step: cosine annealing with PyTorch's default constants, momentum left alone."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=1.0, total_steps=steps, pct_start=warmup, cycle_momentum=False
    )
    values = []
    for step in range(steps):
        values.append(scheduler.get_last_lr()[0])
        optimizer.step()
        if step < steps - 1:
            scheduler.step()
    return values


def main() -> None:
    warnings.simplefilter("ignore")
    for steps, warmup in CASES:
        print(f"({steps}, {warmup}): [{', '.join(f'{value:.9g}' for value in factors(steps, warmup))}]")


if __name__ == "__main__":
    main()
