"""The reward steps against slow, plain oracles on tiny problems."""

import unittest

import torch

import rss_step
from rss_step import VOID


def slow_mean_iou(actions: list[int], labels: list[int], classes: int) -> float:
    """Mean IoU over the classes present in the labels, straight from the definition."""
    pairs = [(a, y) for a, y in zip(actions, labels) if y != VOID]
    ious = []
    for k in range(classes):
        if any(y == k for _, y in pairs):
            both = sum(a == k and y == k for a, y in pairs)
            either = sum(a == k or y == k for a, y in pairs)
            ious.append(both / either)
    return sum(ious) / len(ious) if ious else 0.0


class ScoreTests(unittest.TestCase):
    def test_mean_iou_is_the_definition(self) -> None:
        torch.manual_seed(1)
        actions = torch.randint(0, 4, (3, 5, 12), dtype=torch.uint8)
        labels = torch.randint(0, 3, (3, 12), dtype=torch.uint8)
        labels[0, :4] = VOID
        labels[2] = VOID
        scores = rss_step.mean_iou_scores(actions, labels, classes=4)
        for n in range(3):
            for m in range(5):
                expected = slow_mean_iou(actions[n, m].tolist(), labels[n].tolist(), 4)
                self.assertAlmostEqual(scores[n, m].item(), expected, places=6)

    def test_leave_one_out_is_all_pairs_with_the_difference_mask(self) -> None:
        torch.manual_seed(2)
        maps, classes, pixels = 5, 3, 7
        rewards = torch.rand(1, maps, dtype=torch.float64)
        actions = torch.randint(0, classes, (maps, pixels))
        one_hot = torch.nn.functional.one_hot(actions, classes).double()
        pairs = torch.zeros(pixels, classes, dtype=torch.float64)
        for m in range(maps):
            for n in range(maps):
                differs = (actions[m] != actions[n]).double()[:, None]
                pairs += (rewards[0, m] - rewards[0, n]) * differs * one_hot[m]
        # Where maps agree the terms cancel; each map meets M - 1 others.
        advantages = rss_step.leave_one_out_advantages(rewards)[0]
        direct = (maps - 1) * torch.einsum("m,mpk->pk", advantages, one_hot)
        torch.testing.assert_close(pairs, direct)


class LossTests(unittest.TestCase):
    def test_samples_follow_the_policy(self) -> None:
        torch.manual_seed(3)
        policy = torch.tensor([0.5, 0.0, 0.2, 0.3]).view(1, 4, 1)
        actions = rss_step.sample_maps(policy, maps=40_000).flatten().long()
        shares = torch.bincount(actions, minlength=4) / actions.numel()
        self.assertEqual(shares[1].item(), 0)
        torch.testing.assert_close(shares, policy.flatten(), atol=0.01, rtol=0)

    def test_image_gradient_is_the_closed_form(self) -> None:
        """dL/dz_uk = -1/(M U) sum_m A_m / sigma (1[a_mu = k] - pi_uk), zero at void."""
        maps, classes = 6, 4
        logits = torch.randn(2, classes, 3, 5, dtype=torch.float64, requires_grad=True)
        labels = torch.randint(0, classes, (2, 3, 5))
        labels[0, 1] = VOID
        torch.manual_seed(4)
        rss_step.image_reward_loss(logits, labels, maps).backward()

        torch.manual_seed(4)
        policy = logits.detach().flatten(2).softmax(dim=1)
        actions = rss_step.sample_maps(policy, maps)
        scores = rss_step.mean_iou_scores(actions, labels.flatten(1).byte(), classes).double()
        advantages = rss_step.leave_one_out_advantages(scores)
        advantages /= advantages.square().mean().sqrt() + rss_step.EPSILON
        one_hot = torch.nn.functional.one_hot(actions.long(), classes).double()
        difference = one_hot - policy.transpose(1, 2)[:, None]
        expected = torch.einsum("nm,nmpk->nkp", advantages, difference)
        valid = labels.flatten(1) != VOID
        expected = -expected * valid[:, None] / (maps * valid.sum())
        torch.testing.assert_close(logits.grad.flatten(2), expected)

    def test_all_void_gives_zero_not_nan(self) -> None:
        labels = torch.full((2, 4, 4), VOID)
        for loss in (
            lambda z: rss_step.image_reward_loss(z, labels, 4),
            lambda z: rss_step.pixel_reward_loss(z, labels),
        ):
            logits = torch.randn(2, 3, 4, 4, requires_grad=True)
            loss(logits).backward()
            self.assertEqual(logits.grad.abs().max().item(), 0)

    def test_reward_alone_learns_a_label_map(self) -> None:
        labels = torch.randint(0, 3, (1, 6, 6), generator=torch.Generator().manual_seed(5))
        for loss in (
            lambda z: rss_step.image_reward_loss(z, labels, 32),
            lambda z: rss_step.pixel_reward_loss(z, labels),
        ):
            torch.manual_seed(6)
            logits = torch.zeros(1, 3, 6, 6, requires_grad=True)
            optimizer = torch.optim.Adam([logits], lr=0.1)
            for _ in range(200):
                optimizer.zero_grad()
                loss(logits).backward()
                optimizer.step()
            accuracy = (logits.argmax(dim=1) == labels).double().mean().item()
            self.assertGreater(accuracy, 0.9)


if __name__ == "__main__":
    unittest.main()
