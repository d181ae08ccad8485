"""Training steps in PyTorch: cross-entropy, image-level and pixel-level reward.

Written to be fast on a CPU: no Python loop over images or maps (one over the K classes remains,
in the sampler, where it beat torch.multinomial, searchsorted and Gumbel noise), and the gradient's
weights are summed over the maps before autograd sees them.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

VOID = 255
# Keeps a batch whose advantages are all zero at zero instead of NaN.
EPSILON = 1e-8
# Void, wrong and right actions share one byte as histogram bins: 2K + 1 <= 255.
MAXIMUM_CLASSES = 127

Loss = Callable[[Tensor, Tensor], Tensor]


def cross_entropy_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Mean of -log pi(y) over the valid pixels; logits [N, K, H, W], labels [N, H, W]."""
    return F.cross_entropy(logits, labels, ignore_index=VOID)


def sample_maps(probabilities: Tensor, maps: int) -> Tensor:
    """Draws actions [N, M, P] (uint8) from probabilities [N, K, P] by the inverse CDF.

    a = number of classes k < K - 1 with u >= pi_0 + ... + pi_k, u uniform in [0, 1).
    """
    images, classes, pixels = probabilities.shape
    cumulative = probabilities.cumsum(dim=1)
    uniforms = torch.rand(
        images, maps, pixels, dtype=probabilities.dtype, device=probabilities.device
    )
    actions = torch.zeros(images, maps, pixels, dtype=torch.uint8, device=probabilities.device)
    for k in range(classes - 1):
        actions += uniforms >= cumulative[:, k : k + 1]
    return actions


def mean_iou_scores(actions: Tensor, labels: Tensor, classes: int) -> Tensor:
    """Mean IoU [N, M] of maps [N, M, P] over the classes present in labels [N, P], both uint8.

    An image that is all void scores 0 for every map, so its advantages are zero.
    """
    if classes > MAXIMUM_CLASSES:
        raise ValueError(f"{classes} classes, at most {MAXIMUM_CLASSES} fit the one-byte bins")
    images, maps, pixels = actions.shape
    truth = labels[:, None]
    right = (actions == truth).view(torch.uint8)
    # Bins 0 ..< K: wrong actions by class. K ..< 2K: right actions. 2K: void.
    bins = torch.where(truth == VOID, 2 * classes, actions + classes * right)
    one = torch.ones((), device=actions.device)
    counts = torch.zeros(images, maps, 2 * classes + 1, device=actions.device)
    counts.scatter_add_(2, bins.long(), one.expand(images, maps, pixels))
    wrong, intersection = counts[..., :classes], counts[..., classes : 2 * classes]

    truth_bins = torch.where(labels == VOID, classes, labels).long()
    truth_counts = torch.zeros(images, classes + 1, device=actions.device)
    truth_counts.scatter_add_(1, truth_bins, one.expand(images, pixels))
    truth_counts = truth_counts[:, None, :classes]

    present = truth_counts > 0
    # union = predicted + truth - intersection, and predicted = wrong + intersection.
    iou = torch.where(present, intersection / (wrong + truth_counts).clamp(min=1), 0)
    return iou.sum(dim=2) / present.sum(dim=2).clamp(min=1)


def leave_one_out_advantages(rewards: Tensor) -> Tensor:
    """A_nm = R_nm - mean of R_nj over j != m; rewards [N, M] with M >= 2."""
    maps = rewards.shape[1]
    return (rewards - rewards.mean(dim=1, keepdim=True)) * (maps / (maps - 1))


def image_reward_loss(logits: Tensor, labels: Tensor, maps: int) -> Tensor:
    """Image-level RSS with PSD in its leave-one-out form, mean IoU as the score.

    loss = -1/(M U) sum_nmp A_nm / sigma log pi(a_nmp) over the U valid pixels of the batch.
    sigma is the *simple* global normaliser: the standard deviation of the leave-one-out
    advantages A_nm (their mean is zero), not that of the non-zero pairwise advantages.
    """
    images, classes = logits.shape[:2]
    log_policy = logits.flatten(2).log_softmax(dim=1)
    flat_labels = labels.flatten(1).to(torch.uint8)
    valid = (flat_labels != VOID)[:, None]
    with torch.no_grad():
        actions = sample_maps(log_policy.exp(), maps)
        rewards = mean_iou_scores(actions, flat_labels, classes).to(logits.dtype)
        advantages = leave_one_out_advantages(rewards)
        sigma = advantages.square().mean().sqrt() + EPSILON
        # weights_nkp = sum over the maps of A_nm / sigma where a_nmp = k.
        weights = torch.zeros(log_policy.shape, dtype=logits.dtype, device=logits.device)
        weights.scatter_add_(1, actions.long(), (advantages / sigma)[..., None].expand(actions.shape))
        weights *= valid
        units = valid.sum().clamp(min=1)
    return -(weights * log_policy).sum() / (maps * units)


def pixel_reward_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Pixel-level RSS: one action per pixel, r = 1 if it is right, A = (r - mean) / std.

    SyncAN's mean and standard deviation are over all valid pixels of the batch (one process here).
    """
    log_policy = logits.flatten(2).log_softmax(dim=1)
    flat_labels = labels.flatten(1)
    valid = (flat_labels != VOID).to(logits.dtype)
    with torch.no_grad():
        actions = sample_maps(log_policy.exp(), maps=1)[:, 0].long()
        units = valid.sum().clamp(min=1)
        rewards = (actions == flat_labels).to(logits.dtype)
        centred = (rewards - (rewards * valid).sum() / units) * valid
        advantages = centred / ((centred.square().sum() / units).sqrt() + EPSILON)
    chosen = log_policy.gather(1, actions[:, None])[:, 0]
    return -(advantages * chosen).sum() / units


def training_step(
    objective: Loss,
    parameters: list[nn.Parameter],
    optimizer: torch.optim.Optimizer,
    images: Tensor,
    labels: Tensor,
    clip: float | None,
) -> Tensor:
    """One step: forward, backward, clip to a global gradient norm, update. Returns the loss.

    `objective` maps (images, labels) to the loss, network included, so that it compiles as one.
    """
    optimizer.zero_grad(set_to_none=True)
    loss = objective(images, labels)
    loss.backward()
    if clip is not None:
        nn.utils.clip_grad_norm_(parameters, clip)
    optimizer.step()
    return loss.detach()
