#!/usr/bin/env python3
"""Scores proposed masks against a folder of labels: the reward program of `rss train --reward-command`.

    rss train folder/image --data DIR --set augmentation=none \\
      --reward-command 'python3 data-scripts/reward_server.py DIR/labels --score meanIoU'

It needs Python 3.9 and no package. The protocol is described in paper/reward-protocol.md; to give rewards of your own,
replace `Truth.rewards`. The scores are those of Sources/Rewards/Score.swift, in the same order of operations, so that
a run gets the same bits from either.
"""

import argparse
import base64
import json
import operator
import pathlib
import sys

import png_codec

PROTOCOL = 1
VOID = 255


def mean_over_present(truth, value):
    """Mean of value(k) over the classes that have pixels; 0 where none has."""
    total, present = 0.0, 0
    for k, count in enumerate(truth):
        if count > 0:
            total += value(k)
            present += 1
    return total / present if present else 0.0


def mean_iou(hits, predicted, truth):
    return mean_over_present(truth, lambda k: hits[k] / (truth[k] + predicted[k] - hits[k]))


def pixel_accuracy(hits, predicted, truth):
    return sum(hits) / sum(truth) if sum(truth) else 0.0


def mean_class_accuracy(hits, predicted, truth):
    return mean_over_present(truth, lambda k: hits[k] / truth[k])


def dice(hits, predicted, truth):
    return mean_over_present(truth, lambda k: 2 * hits[k] / (truth[k] + predicted[k]))


SCORES = {
    "meanIoU": mean_iou,
    "pixelAccuracy": pixel_accuracy,
    "meanClassAccuracy": mean_class_accuracy,
    "dice": dice,
}


class Truth:
    """The part of one label map that the masks' frame shows, its pixels sorted by class so that counting is fast."""

    def __init__(self, labels, frame, origin, classes):
        width, height, values = labels
        places = [[] for _ in range(classes)]
        for y in range(frame[1]):
            for x in range(frame[0]):
                column, row = x + origin[0], y + origin[1]
                if 0 <= column < width and 0 <= row < height:
                    k = values[row * width + column]
                    if k < classes:
                        places[k].append(y * frame[0] + x)
                    elif k != VOID:
                        raise ValueError(f"the class id {k}; the run has {classes} classes")
        self.counts = [len(p) for p in places]
        self.order = [p for group in places for p in group]

    def rewards(self, masks, size, score):
        """A number for each of the masks, which lie one after the other, `size` bytes each."""
        classes = len(self.counts)
        return [
            score(*self._count(masks[start : start + size], classes), self.counts)
            for start in range(0, len(masks), size)
        ]

    def _count(self, mask, classes):
        """Of each class, the pixels that are rightly it and those that are predicted so; void is in neither."""
        # One loop in C; the extra place makes it a tuple where only one pixel is counted, and is dropped.
        picked = bytes(operator.itemgetter(*self.order, 0)(mask)[:-1]) if self.order else b""
        hits, start = [], 0
        for k, count in enumerate(self.counts):
            hits.append(picked.count(k, start, start + count))
            start += count
        return hits, [picked.count(k) for k in range(classes)]


def read_labels(path):
    width, height, channels, values = png_codec.decode(path.read_bytes())
    if channels != 1:
        raise png_codec.PNGError("is a colour image; expected one class id per pixel")
    return width, height, values


def serve(folder, score, lines, answer):
    """Answers every line; ends with the run, which closes its end."""
    greeting = next(lines, None)
    if greeting is None:
        return
    hello = json.loads(greeting)
    answer({"protocol": PROTOCOL, "pixels": False})
    if hello["protocol"] != PROTOCOL:
        sys.exit(f"reward_server: the run speaks version {hello['protocol']} of the protocol; this is {PROTOCOL}")
    frame, truths = (hello["width"], hello["height"]), {}
    for line in lines:
        question = json.loads(line)
        rewards = []
        for image in question["images"]:
            name = image["name"]
            if name not in truths:
                path = folder / f"{name}.png"
                try:
                    labels = read_labels(path)
                    if list(labels[:2]) != image["size"]:
                        raise ValueError(f"{labels[0]}x{labels[1]} pixels; the image has {image['size']}")
                    truths[name] = Truth(labels, frame, image["origin"], len(hello["classes"]))
                except (OSError, ValueError, png_codec.PNGError) as error:
                    sys.exit(f"reward_server: {path}: {error}")
            masks = base64.b64decode(image["masks"])
            rewards.append(truths[name].rewards(masks, frame[0] * frame[1], score))
        answer({"step": question["step"], "rewards": rewards})


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("labels", type=pathlib.Path, help="folder of ID.png, 8-bit class ids, 255 = void")
    parser.add_argument("--score", choices=sorted(SCORES), default="meanIoU")
    arguments = parser.parse_args()
    if not arguments.labels.is_dir():
        sys.exit(f"reward_server: {arguments.labels}: no such folder")
    serve(
        arguments.labels, SCORES[arguments.score], iter(sys.stdin.buffer.readline, b""),
        lambda reply: print(json.dumps(reply), flush=True),
    )


if __name__ == "__main__":
    main()
