#!/usr/bin/env python3
"""Tests of data-scripts/camvid that need no network: `python3 data-scripts/test_camvid.py`."""

import contextlib
import importlib.machinery
import importlib.util
import io
import pathlib
import struct
import sys
import tempfile
import unittest
import zlib
from unittest import mock

HERE = pathlib.Path(__file__).resolve().parent
_loader = importlib.machinery.SourceFileLoader("camvid", str(HERE / "camvid"))
_spec = importlib.util.spec_from_loader("camvid", _loader)
camvid = importlib.util.module_from_spec(_spec)
sys.modules["camvid"] = camvid  # worker processes look its functions up by name
_loader.exec_module(camvid)
png_codec = camvid.png_codec


def filtered_png(width, height, channels, pixels, colour, filters):
    """A PNG whose row y uses filters[y % len(filters)], written from the specification's definitions."""
    stride, rows = width * channels, bytearray()
    for y in range(height):
        kind = filters[y % len(filters)]
        rows.append(kind)
        for i in range(stride):
            value = pixels[y * stride + i]
            left = pixels[y * stride + i - channels] if i >= channels else 0
            above = pixels[(y - 1) * stride + i] if y else 0
            corner = pixels[(y - 1) * stride + i - channels] if y and i >= channels else 0
            guess = left + above - corner
            paeth = min((left, above, corner), key=lambda v: abs(guess - v))
            rows.append((value - [0, left, above, (left + above) // 2, paeth][kind]) & 255)

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    palette = chunk(b"PLTE", bytes(768)) if colour == 3 else b""
    return png_codec.SIGNATURE + chunk(b"IHDR", header) + palette + chunk(b"IDAT", zlib.compress(bytes(rows))) + chunk(b"IEND", b"")


class PNGCodec(unittest.TestCase):
    pixels = bytes((i * i * 7 + i // 5) % 256 for i in range(9 * 10 * 3))

    def test_every_filter(self):
        for filters in ([0], [1], [2], [3], [4], [4, 3, 2, 1, 0]):
            data = filtered_png(9, 10, 3, self.pixels, 2, filters)
            self.assertEqual(png_codec.decode(data), (9, 10, 3, bytearray(self.pixels)), filters)

    def test_palette_gives_indices(self):
        data = filtered_png(3, 2, 1, bytes([0, 5, 11, 3, 3, 255]), 3, [0])
        self.assertEqual(png_codec.decode(data)[3], bytearray([0, 5, 11, 3, 3, 255]))

    def test_round_trip(self):
        self.assertEqual(png_codec.decode(png_codec.encode(9, 10, 3, self.pixels))[3], self.pixels)
        self.assertEqual(png_codec.decode(png_codec.encode(1, 1, 1, b"\x07")), (1, 1, 1, bytearray(b"\x07")))

    def test_damage(self):
        data = png_codec.encode(9, 10, 3, self.pixels)
        damaged = bytearray(data)
        damaged[60] ^= 1
        for wrong, words in ((b"GIF89a", "not a PNG"), (data[:50], "too early"), (bytes(damaged), "damaged")):
            with self.assertRaisesRegex(png_codec.PNGError, words):
                png_codec.decode(wrong)


class Pixels(unittest.TestCase):
    def test_averages_of_blocks(self):
        pixels = bytes(range(36))  # 6 x 2 pixels of 3 channels
        self.assertEqual(list(camvid.average(6, 2, 3, pixels, 2)), [11, 12, 13, 17, 18, 19, 23, 24, 25])

    def test_halves_round_up(self):
        self.assertEqual(list(camvid.average(2, 2, 1, bytes([0, 1, 1, 0]), 2)), [1])
        self.assertEqual(list(camvid.average(3, 3, 1, bytes([255] * 9), 3)), [255])

    def test_centres_of_blocks(self):
        self.assertEqual(list(camvid.centres(6, 3, bytes(range(18)), 3)), [7, 10])
        self.assertEqual(list(camvid.centres(4, 2, bytes(range(8)), 2)), [5, 7])
        self.assertEqual(list(camvid.centres(2, 2, bytes(range(4)), 1)), [0, 1, 2, 3])

    def test_unlabelled_becomes_void(self):
        self.assertEqual(list(camvid.relabel(bytes([0, 10, 11, 255]), "x")), [0, 10, 255, 255])
        with self.assertRaisesRegex(camvid.Failure, r"\[12, 40\]"):
            camvid.relabel(bytes([12, 40, 3]), "x")


class Folder(unittest.TestCase):
    """Runs the whole script on a small imitation of the tutorial's folder: 12 x 6 pixels, 5 + 2 + 3 images."""

    counts = {"train": 5, "val": 2, "test": 3}

    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.root = pathlib.Path(holder.name)
        self.source = self.root / "CamVid"
        self.target = self.root / "out" / "camvid"
        for name, value in (("SPLITS", self.counts), ("ORIGINAL", (12, 6))):
            patch = mock.patch.object(camvid, name, value)
            patch.start()
            self.addCleanup(patch.stop)
        for split, count in self.counts.items():
            (self.source / split).mkdir(parents=True)
            (self.source / f"{split}annot").mkdir()
            lines = []
            for i in range(count):
                name = f"{split}_{i}.png"
                (self.source / split / name).write_bytes(png_codec.encode(12, 6, 3, bytes([40 * i] * 216)))
                labels = bytes((x // 3 + i) % 12 for _ in range(6) for x in range(12))
                (self.source / f"{split}annot" / name).write_bytes(png_codec.encode(12, 6, 1, labels))
                lines.append(f"/SegNet/CamVid/{split}/{name} /SegNet/CamVid/{split}annot/{name}\n")
            (self.source / f"{split}.txt").write_text("".join(lines))

    def run_script(self, *more):
        errors, output = io.StringIO(), io.StringIO()
        with contextlib.redirect_stderr(errors), contextlib.redirect_stdout(output):
            code = camvid.main([str(self.target), "--from", str(self.source), "--size", "4x2", "--workers", "1", *more])
        self.assertEqual([p.name for p in self.target.parent.glob(".*")] if self.target.parent.exists() else [], [])
        return code, errors.getvalue(), output.getvalue()

    def test_makes_the_layout(self):
        code, errors, _ = self.run_script()
        self.assertEqual((code, errors), (0, ""))
        self.assertEqual((self.target / "val.txt").read_text(), "val_0\nval_1\n")
        self.assertEqual(len(list((self.target / "images").iterdir())), 10)
        lines = (self.target / "classes.txt").read_text().splitlines()
        self.assertEqual((lines[0], lines[10], lines[11], len(lines)), ("0 Sky", "10 Bicyclist", "255 void", 12))
        image = png_codec.decode((self.target / "images" / "train_2.png").read_bytes())
        self.assertEqual(image, (4, 2, 3, bytearray([80] * 24)))
        labels = png_codec.decode((self.target / "labels" / "train_2.png").read_bytes())
        self.assertEqual(labels, (4, 2, 1, bytearray([2, 3, 4, 5] * 2)))

    def test_a_second_run_has_nothing_to_do(self):
        self.run_script()
        before = (self.target / "images" / "train_0.png").stat().st_mtime_ns
        code, _, output = self.run_script()
        self.assertEqual(code, 0)
        self.assertIn("complete already", output)
        self.assertEqual((self.target / "images" / "train_0.png").stat().st_mtime_ns, before)

    def test_an_incomplete_folder_is_only_replaced_by_force(self):
        self.run_script()
        (self.target / "images" / "train_0.png").unlink()
        code, errors, _ = self.run_script()
        self.assertEqual(code, 1)
        self.assertIn("--force", errors)
        self.assertEqual(self.run_script("--force")[0], 0)
        self.assertTrue((self.target / "images" / "train_0.png").is_file())

    def test_somebody_elses_folder_is_left_alone(self):
        self.target.mkdir(parents=True)
        (self.target / "thesis.txt").write_text("mine")
        self.assertEqual(self.run_script()[0], 1)
        self.assertEqual((self.target / "thesis.txt").read_text(), "mine")

    def check_failure(self, *words):
        code, errors, _ = self.run_script()
        self.assertEqual(code, 1)
        for word in words:
            self.assertIn(word, errors)
        self.assertFalse(self.target.exists())

    def test_wrong_count(self):
        listing = self.source / "train.txt"
        listing.write_text("\n".join(listing.read_text().splitlines()[:4]))
        self.check_failure("train.txt", "found 4 images", "expected 5")

    def test_missing_file(self):
        (self.source / "valannot" / "val_1.png").unlink()
        (self.source / "test" / "test_0.png").unlink()
        self.check_failure("val_1.png", "2 missing")

    def test_missing_list(self):
        (self.source / "val.txt").unlink()
        self.check_failure("val.txt", "--from")

    def test_an_id_in_two_splits(self):
        listing = self.source / "val.txt"
        listing.write_text((self.source / "train.txt").read_text().splitlines()[0] + "\n" + listing.read_text())
        self.check_failure("val.txt line 1", "train_0 is in train.txt")

    def test_damaged_image(self):
        (self.source / "train" / "train_1.png").write_bytes(b"no PNG")
        self.check_failure("train_1.png is not a PNG file")

    def test_wrong_size(self):
        (self.source / "train" / "train_1.png").write_bytes(png_codec.encode(6, 6, 3, bytes(108)))
        self.check_failure("train_1.png", "found 6x6", "expected 12x6")

    def test_unknown_class(self):
        (self.source / "testannot" / "test_2.png").write_bytes(png_codec.encode(12, 6, 1, bytes([12] * 72)))
        self.check_failure("test_2.png", "[12]")

    def test_sizes(self):
        self.assertEqual(camvid.parse_size("4x2"), 3)
        self.assertEqual(camvid.parse_size("12X6"), 1)
        for wrong in ("4x3", "5x2", "0x0", "-4x-2", "24x12", "big", "4"):
            with self.assertRaises(camvid.Failure, msg=wrong):
                camvid.parse_size(wrong)

    def test_no_network(self):
        with mock.patch.object(camvid, "REPOSITORY", str(self.root / "nowhere.git")):
            errors = io.StringIO()
            with contextlib.redirect_stderr(errors):
                self.assertEqual(camvid.main([str(self.target), "--size", "4x2"]), 1)
        self.assertIn("--from", errors.getvalue())
        self.assertFalse(self.target.exists())


if __name__ == "__main__":
    unittest.main()
