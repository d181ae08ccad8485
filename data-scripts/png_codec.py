"""Reads and writes 8-bit PNG files with Python's standard library alone.

Covers what data sets are made of: grey, palette and RGB, 8 bits, not interlaced. Palette files give their
indices, which is what a label file means by them. Source: PNG specification, third edition.
"""

import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHANNELS = {0: 1, 2: 3, 3: 1}  # by colour type: grey, RGB, palette


class PNGError(Exception):
    """What is wrong with a file, in words that can follow its name."""


def decode(data):
    """The image as (width, height, channels, bytearray of rows from the top)."""
    if not data.startswith(SIGNATURE):
        raise PNGError("is not a PNG file")
    position, header, packed = len(SIGNATURE), None, []
    while True:
        if position + 8 > len(data):
            raise PNGError("ends too early")
        length, kind = struct.unpack(">I4s", data[position : position + 8])
        body = data[position + 8 : position + 8 + length]
        check = data[position + 8 + length : position + 12 + length]
        if len(check) < 4:
            raise PNGError("ends too early")
        if zlib.crc32(kind + body) != struct.unpack(">I", check)[0]:
            raise PNGError(f"is damaged (checksum of its {kind.decode('latin-1')} chunk)")
        if kind == b"IHDR":
            header = body
        elif kind == b"IDAT":
            packed.append(body)
        elif kind == b"IEND":
            break
        position += 12 + length
    if header is None or len(header) != 13:
        raise PNGError("has no header")
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    if depth != 8 or colour not in CHANNELS or interlaced:
        raise PNGError(
            f"has {depth} bits, colour type {colour}, interlacing {interlaced};"
            " expected 8 bits of grey, palette or RGB, not interlaced"
        )
    channels = CHANNELS[colour]
    try:
        rows = zlib.decompress(b"".join(packed))
    except zlib.error as error:
        raise PNGError(f"is damaged ({error})") from None
    stride = width * channels
    if len(rows) != height * (stride + 1):
        raise PNGError(f"has {len(rows)} bytes of pixels; expected {height * (stride + 1)}")
    return width, height, channels, _unfilter(rows, height, stride, channels)


def _unfilter(rows, height, stride, step):
    """Undoes the five row filters (section 9.2)."""
    result = bytearray()
    above = bytearray(stride)
    for y in range(height):
        start = y * (stride + 1)
        kind = rows[start]
        row = bytearray(rows[start + 1 : start + 1 + stride])
        if kind == 1:
            for i in range(step, stride):
                row[i] = (row[i] + row[i - step]) & 255
        elif kind == 2:
            row = bytearray([(a + b) & 255 for a, b in zip(row, above)])
        elif kind == 3:
            for i in range(stride):
                left = row[i - step] if i >= step else 0
                row[i] = (row[i] + ((left + above[i]) >> 1)) & 255
        elif kind == 4:
            for i in range(min(step, stride)):
                row[i] = (row[i] + above[i]) & 255
            for i in range(step, stride):
                a, b, c = row[i - step], above[i], above[i - step]
                across, down, both = abs(b - c), abs(a - c), abs(a + b - 2 * c)
                if across <= down and across <= both:
                    nearest = a
                elif down <= both:
                    nearest = b
                else:
                    nearest = c
                row[i] = (row[i] + nearest) & 255
        elif kind != 0:
            raise PNGError(f"is damaged (row filter {kind})")
        result += row
        above = row
    return result


def encode(width, height, channels, pixels):
    """The bytes of a grey (1 channel) or RGB (3) file; each row is stored as differences from the row above."""
    stride = width * channels
    rows = bytearray()
    above = bytes(stride)
    for y in range(height):
        row = pixels[y * stride : (y + 1) * stride]
        rows.append(2)
        rows += bytes([(a - b) & 255 for a, b in zip(row, above)])
        above = row

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, {1: 0, 3: 2}[channels], 0, 0, 0)
    return SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(rows), 9)) + chunk(b"IEND", b"")
