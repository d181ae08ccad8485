#!/usr/bin/env python3
"""Makes the image files of this folder and goldens.json, the raw numbers that they hold.

Needs Pillow and NumPy. Run it in this folder: python3 make_goldens.py

Pillow writes the PNG kinds that it can. It cannot write interlaced files, 16-bit RGB or 16-bit grey with alpha, nor
2 and 4 bit grey, so those are put together here, chunk by chunk, from the PNG standard.
"""

import json
import struct
import zlib

import numpy as np
from PIL import Image

GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
CHANNELS = {GREY: 1, RGB: 3, PALETTE: 1, GREY_ALPHA: 2, RGBA: 4}
# Adam7: first column, first row, column step, row step of each pass.
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]

random = np.random.default_rng(20250517)
goldens = {"files": {}, "area": [], "jpeg": {}}


def chunk(kind, data):
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def packed_rows(samples, bits):
    """Filter type 0 and the samples of each row, packed into bytes from the high bit down."""
    out = b""
    for row in samples.reshape(samples.shape[0], -1):
        if bits == 16:
            out += b"\0" + row.astype(">u2").tobytes()
        else:
            unpacked = (row[:, None].astype(np.uint8) >> np.arange(bits - 1, -1, -1).astype(np.uint8)) & 1
            out += b"\0" + np.packbits(unpacked.reshape(-1)).tobytes()
    return out


def write_by_hand(path, samples, colour, bits, palette=None, interlaced=False):
    height, width = samples.shape[:2]
    samples = samples.reshape(height, width, CHANNELS[colour])
    if interlaced:
        parts = [samples[y::dy, x::dx] for x, y, dx, dy in ADAM7]
        data = b"".join(packed_rows(part, bits) for part in parts if part.size)
    else:
        data = packed_rows(samples, bits)
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        file.write(chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, int(interlaced))))
        if palette is not None:
            file.write(chunk(b"PLTE", palette.astype(np.uint8).tobytes()))
        file.write(chunk(b"IDAT", zlib.compress(data, 9)))
        file.write(chunk(b"IEND", b""))


def record(path, samples, bits, palette=None, label_map=False):
    """samples: the stored numbers [H, W] or [H, W, C]."""
    height, width = samples.shape[:2]
    if palette is not None:
        image, maximum = palette[samples], 255
    else:
        image, maximum = samples, 2**bits - 1
    goldens["files"][path] = {
        "width": width,
        "height": height,
        "channels": image.reshape(height, width, -1).shape[2],
        "maximum": maximum,
        "samples": image.reshape(-1).tolist(),
        "labels": samples.reshape(-1).tolist() if label_map else None,
    }


def numbers(bits, *shape):
    return random.integers(0, 2**bits, size=shape)


# Sizes are odd, so that rows of 1, 2 and 4 bits end inside a byte and interlacing has uneven passes.
for bits in (1, 2, 4):
    samples = numbers(bits, 7, 11)
    write_by_hand(f"grey{bits}.png", samples, GREY, bits)
    record(f"grey{bits}.png", samples, bits, label_map=True)

samples = numbers(8, 7, 11)
Image.fromarray(samples.astype(np.uint8)).save("grey8.png")
record("grey8.png", samples, 8, label_map=True)

samples = numbers(16, 7, 11)
Image.fromarray(samples.astype(np.uint16)).save("grey16.png")
record("grey16.png", samples, 16)

for name, mode, channels in (("rgb8", "RGB", 3), ("rgba8", "RGBA", 4), ("grey_alpha8", "LA", 2)):
    samples = numbers(8, 5, 9, channels)
    image = Image.fromarray(samples.astype(np.uint8), mode=mode)
    assert np.array_equal(np.asarray(image), samples)
    image.save(f"{name}.png")
    record(f"{name}.png", samples, 8)

for name, colour in (("rgb16", RGB), ("grey_alpha16", GREY_ALPHA)):
    samples = numbers(16, 5, 9, CHANNELS[colour])
    write_by_hand(f"{name}.png", samples, colour, 16)
    record(f"{name}.png", samples, 16)

for bits in (1, 2, 4):
    palette = numbers(8, 2**bits, 3)
    samples = numbers(bits, 7, 11)
    write_by_hand(f"palette{bits}.png", samples, PALETTE, bits, palette)
    record(f"palette{bits}.png", samples, bits, palette, label_map=True)

# 21 classes and void, with all 256 entries, as VOC 2012 has.
palette = numbers(8, 256, 3)
samples = numbers(8, 13, 10) % 22
samples[samples == 21] = 255
image = Image.fromarray(samples.astype(np.uint8))
image.putpalette(palette.astype(np.uint8).tobytes())
image.save("palette8.png", bits=8)
record("palette8.png", samples, 8, palette, label_map=True)

# Some entries transparent: Pillow writes a tRNS chunk. It changes neither labels nor colours.
image.save("palette8_transparent.png", bits=8, transparency=bytes([0, 128, 255]))
record("palette8_transparent.png", samples, 8, palette, label_map=True)

samples = numbers(8, 13, 11)
write_by_hand("palette8_interlaced.png", samples, PALETTE, 8, palette, interlaced=True)
record("palette8_interlaced.png", samples, 8, palette, label_map=True)
samples = numbers(2, 9, 13)
write_by_hand("palette2_interlaced.png", samples, PALETTE, 2, palette[:4], interlaced=True)
record("palette2_interlaced.png", samples, 2, palette[:4], label_map=True)
samples = numbers(8, 13, 11, 3)
write_by_hand("rgb8_interlaced.png", samples, RGB, 8, interlaced=True)
record("rgb8_interlaced.png", samples, 8)
samples = numbers(16, 9, 5, 3)
write_by_hand("rgb16_interlaced.png", samples, RGB, 16, interlaced=True)
record("rgb16_interlaced.png", samples, 16)
for one in ("grey", "palette"):
    samples = numbers(8, 1, 1)
    colour, colours = (GREY, None) if one == "grey" else (PALETTE, palette)
    write_by_hand(f"one_pixel_{one}.png", samples, colour, 8, colours)
    record(f"one_pixel_{one}.png", samples, 8, colours, label_map=True)

# Pillow reads its own JPEG files back; where its libjpeg rounds otherwise than the system's, a level may differ by one.
x, y = np.meshgrid(np.arange(29), np.arange(23))
smooth = np.stack([8 * x, 10 * y, 255 - 4 * (x + y)], axis=2).clip(0, 255).astype(np.uint8)
for name, image, options in (
    ("grey", Image.fromarray(smooth[..., 0]), {}),
    ("rgb444", Image.fromarray(smooth), {"subsampling": 0}),
    ("rgb420", Image.fromarray(smooth), {"subsampling": 2}),
    ("progressive", Image.fromarray(smooth), {"progressive": True}),
    ("cmyk", Image.fromarray(smooth).convert("CMYK"), {}),
):
    image.save(f"{name}.jpg", quality=90, **options)
    if name != "cmyk":
        decoded = np.asarray(Image.open(f"{name}.jpg"))
        goldens["jpeg"][f"{name}.jpg"] = {
            "width": 29,
            "height": 23,
            "channels": 1 if decoded.ndim == 2 else 3,
            "maximum": 255,
            "samples": decoded.reshape(-1).tolist(),
            "labels": None,
        }

# Area resizing where the ratio is an integer, in single precision, against Pillow's BOX filter.
for width, height, new_width, new_height in ((12, 8, 3, 2), (9, 10, 3, 5), (4, 3, 8, 9), (5, 5, 1, 1)):
    values = random.random((height, width)).astype(np.float32)
    resized = Image.fromarray(values).resize((new_width, new_height), Image.Resampling.BOX)
    goldens["area"].append({
        "width": width,
        "height": height,
        "values": values.reshape(-1).astype(float).tolist(),
        "newWidth": new_width,
        "newHeight": new_height,
        "expected": np.asarray(resized).reshape(-1).astype(float).tolist(),
    })

with open("goldens.json", "w") as file:
    # One entry a line: short enough to read, and a changed file shows as a changed line.
    lines = []
    for key, part in goldens.items():
        if isinstance(part, dict):
            rows = [f"    {json.dumps(name)}: {json.dumps(value)}" for name, value in part.items()]
            lines.append(f"  {json.dumps(key)}: {{\n" + ",\n".join(rows) + "\n  }")
        else:
            rows = [f"    {json.dumps(value)}" for value in part]
            lines.append(f"  {json.dumps(key)}: [\n" + ",\n".join(rows) + "\n  ]")
    file.write("{\n" + ",\n".join(lines) + "\n}\n")
