"""Makes crf.safetensors: what pydensecrf and a brute-force sum in double precision make of small images.

    python3 -m venv venv && venv/bin/pip install numpy pydensecrf2 && venv/bin/python make_goldens.py

Each case NAME has NAME.image (8-bit samples, [H, W, C]), NAME.probabilities ([H, W, K]), and NAME.exact and
NAME.pydensecrf, the marginals after ten iterations, [H, W, K]. The settings are those of CASES.
"""
import json
import pathlib
import struct

import numpy as np
import pydensecrf.densecrf as dcrf

# name: height, width, channels, classes, (smoothness weight, px), (appearance weight, px, of 255 steps)
# Weak potentials, so that the marginals aren't all 0 or 1, and pydensecrf's example's ("strong").
CASES = {
    "small": (9, 12, 3, 3, (0.5, 1.5), (1, 10, 20)),
    "grey": (9, 12, 1, 3, (0.5, 1.5), (1, 10, 20)),
    "smoothness": (9, 12, 3, 2, (1.5, 2), (0, 1, 1)),
    "medium": (30, 40, 3, 11, (1, 3), (2, 20, 13)),
    "strong": (18, 24, 3, 4, (3, 3), (10, 80, 13)),
}
ITERATIONS = 10


def picture(height, width, channels, classes, random):
    """Discs of one colour each on a ground, with noise; and probabilities that are right more often than not."""
    y, x = np.mgrid[:height, :width]
    labels = np.zeros((height, width), int)
    for k in range(1, classes):
        cy, cx = random.uniform(0, height), random.uniform(0, width)
        labels[(y - cy) ** 2 + (x - cx) ** 2 < (height / 3.5) ** 2] = k
    colours = random.uniform(30, 225, (classes, channels))
    noisy = colours[labels] + random.normal(0, 6, (height, width, channels))
    image = np.clip(np.rint(noisy), 0, 255).astype(np.uint8)
    logits = random.normal(0, 1, (height, width, classes)) + 1.2 * np.eye(classes)[labels]
    probabilities = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    return image, probabilities.astype(np.float32)


def softmax(logits):
    e = np.exp(logits - logits.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def kernels(image, smoothness, appearance):
    height, width, _ = image.shape
    y, x = [axis.astype(float).ravel() for axis in np.mgrid[:height, :width]]
    colours = [image[:, :, c].astype(float).ravel() for c in range(image.shape[2])]
    if smoothness[0]:
        yield smoothness[0], np.stack([x / smoothness[1], y / smoothness[1]])
    if appearance[0]:
        position, colour = appearance[1:]
        yield appearance[0], np.stack([x / position, y / position] + [c / colour for c in colours])


def exact(image, probabilities, smoothness, appearance):
    unary = np.log(np.maximum(probabilities.astype(float), 1e-5)).reshape(-1, probabilities.shape[-1])
    pairs = []
    for weight, features in kernels(image, smoothness, appearance):
        squares = ((features[:, :, None] - features[:, None, :]) ** 2).sum(0)
        kernel = np.exp(-squares / 2)
        root = np.sqrt(kernel.sum(1))
        pairs.append(weight * kernel / np.outer(root, root))
    q = softmax(unary)
    for _ in range(ITERATIONS):
        q = softmax(unary + sum(pair @ q for pair in pairs))
    return q.reshape(probabilities.shape).astype(np.float32)


def pydensecrf(image, probabilities, smoothness, appearance):
    height, width, classes = probabilities.shape
    crf = dcrf.DenseCRF2D(width, height, classes)
    unary = -np.log(np.maximum(probabilities, 1e-5)).reshape(-1, classes).T
    crf.setUnaryEnergy(np.ascontiguousarray(unary, dtype=np.float32))
    for weight, features in kernels(image, smoothness, appearance):
        crf.addPairwiseEnergy(
            np.ascontiguousarray(features, dtype=np.float32), compat=float(weight), kernel=dcrf.DIAG_KERNEL,
            normalization=dcrf.NORMALIZE_SYMMETRIC)
    q = np.array(crf.inference(ITERATIONS)).T
    return np.ascontiguousarray(q.reshape(height, width, classes), dtype=np.float32)


def write(path, arrays):
    header, payload = {}, b""
    for name in sorted(arrays):
        data = np.ascontiguousarray(arrays[name])
        kind = {"uint8": "U8", "float32": "F32"}[data.dtype.name]
        header[name] = {
            "dtype": kind, "shape": list(data.shape), "data_offsets": [len(payload), len(payload) + data.nbytes]}
        payload += data.tobytes()
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + payload)


if __name__ == "__main__":
    random = np.random.default_rng(1)
    arrays = {}
    for name, (height, width, channels, classes, smoothness, appearance) in CASES.items():
        image, probabilities = picture(height, width, channels, classes, random)
        arrays[f"{name}.image"], arrays[f"{name}.probabilities"] = image, probabilities
        arrays[f"{name}.exact"] = exact(image, probabilities, smoothness, appearance)
        arrays[f"{name}.pydensecrf"] = pydensecrf(image, probabilities, smoothness, appearance)
        difference = np.abs(arrays[f"{name}.exact"] - arrays[f"{name}.pydensecrf"])
        print(f"{name}: pydensecrf differs from the exact sum by {difference.max():.3f} at most, "
              f"{difference.mean():.4f} on average; the highest marginal is "
              f"{arrays[f'{name}.exact'].max(-1).mean():.2f} on average")
    write(pathlib.Path(__file__).parent / "crf.safetensors", arrays)
