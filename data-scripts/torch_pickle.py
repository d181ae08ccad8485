"""Reads the tensors of a PyTorch file (`.pth`, `.pt`) without PyTorch and without running its code.

Such a file is a pickle, which can name any function and call it. The unpickler here knows a few names:
ordered dictionaries, storages, and the functions that make a tensor or parameter of one. Whatever
else a file names is an error. Both formats are read: a zip archive (since PyTorch 1.6) and the older
sequence of pickles that the storages follow.
"""

from __future__ import annotations

import array
import collections
import io
import pickle
import struct
import sys
import zipfile
from dataclasses import dataclass
from typing import Any, BinaryIO

# What torch calls its storages in a pickle: the type as safetensors calls it, and the bytes of a number.
STORAGES = {
    "FloatStorage": ("F32", 4),
    "DoubleStorage": ("F64", 8),
    "HalfStorage": ("F16", 2),
    "LongStorage": ("I64", 8),
    "IntStorage": ("I32", 4),
}
MAGIC = 0x1950A86A20F9469CFC6C
PROTOCOL = 1001


class TorchFileError(Exception):
    """What is wrong with a file, to be read behind its name."""


@dataclass
class Storage:
    """A run of numbers that tensors point into; its bytes may come later than its name."""

    key: str
    kind: str
    size: int
    count: int
    data: bytes = b""


@dataclass
class Tensor:
    """Numbers of a storage, by shape and strides."""

    storage: Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    @property
    def kind(self) -> str:
        return self.storage.kind

    def bytes(self) -> bytes:
        """Row-major and little-endian."""
        count = 1
        for size in self.shape:
            count *= size
        last = self.offset + sum((n - 1) * s for n, s in zip(self.shape, self.strides)) if count else -1
        if self.offset < 0 or min(self.strides, default=0) < 0 or last >= self.storage.count:
            raise TorchFileError(f"has a tensor of shape {list(self.shape)} beyond its storage")
        if not count:
            return b""
        size = self.storage.size
        if self.is_contiguous():
            return self.storage.data[self.offset * size : (self.offset + count) * size]
        return self.gathered(size)

    def is_contiguous(self) -> bool:
        expected = 1
        for n, stride in zip(reversed(self.shape), reversed(self.strides)):
            if n != 1 and stride != expected:
                return False
            expected *= n
        return True

    def gathered(self, size: int) -> bytes:
        """The same numbers in row-major order."""
        # The type only has to have the size: numbers are moved, not read.
        values = array.array({2: "H", 4: "I", 8: "Q"}[size], self.storage.data)
        starts = [self.offset]
        for n, stride in zip(self.shape[:-1], self.strides[:-1]):
            starts = [start + i * stride for start in starts for i in range(n)]
        n, stride = self.shape[-1], self.strides[-1]
        result = array.array(values.typecode)
        for start in starts:
            if stride == 0:
                result.extend([values[start]] * n)
            else:
                result.extend(values[start : start + (n - 1) * stride + 1 : stride])
        return result.tobytes()


def rebuild_tensor(
    storage: Storage, offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: Any
) -> Tensor:
    if not isinstance(storage, Storage) or len(shape) != len(strides):
        raise TorchFileError("has a tensor that isn't made of a storage, a shape and strides")
    return Tensor(storage, offset, tuple(shape), tuple(strides))


def rebuild_parameter(data: Tensor, *_: Any) -> Tensor:
    return data


KNOWN: dict[tuple[str, str], Any] = {
    ("collections", "OrderedDict"): collections.OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): rebuild_tensor,
    ("torch._utils", "_rebuild_tensor"): rebuild_tensor,
    ("torch._utils", "_rebuild_parameter"): rebuild_parameter,
    **{("torch", name): name for name in STORAGES},
}


class Reader(pickle.Unpickler):
    """An unpickler that knows `KNOWN` and nothing else."""

    def __init__(self, file: BinaryIO, storages: dict[str, Storage]) -> None:
        super().__init__(file, encoding="utf-8")
        self.storages = storages

    def find_class(self, module: str, name: str) -> Any:
        try:
            return KNOWN[module, name]
        except KeyError:
            raise TorchFileError(
                f"names {module}.{name}, which weights have no need of; it was not run"
            ) from None

    def persistent_load(self, identity: Any) -> Storage:
        try:
            word, name, key, _, count = identity[:5]
            kind, size = STORAGES[name]
        except (TypeError, ValueError, KeyError):
            raise TorchFileError(f"has a storage of an unknown kind: {identity!r}"[:200]) from None
        if word != "storage" or not isinstance(count, int) or (len(identity) > 5 and identity[5]):
            raise TorchFileError(f"has a storage of an unknown kind: {identity!r}"[:200])
        return self.storages.setdefault(str(key), Storage(str(key), kind, size, count))


def read(data: bytes) -> dict[str, Tensor]:
    """The tensors of a file of weights, by name and in order."""
    if sys.byteorder != "little":
        raise TorchFileError("can only be read on a little-endian machine")
    storages: dict[str, Storage] = {}
    try:
        found = read_zip(data, storages) if data[:4] == b"PK\x03\x04" else read_sequence(data, storages)
    except (pickle.UnpicklingError, EOFError, struct.error, zipfile.BadZipFile, UnicodeDecodeError) as error:
        raise TorchFileError(f"is no whole PyTorch file ({error})") from None
    except (AttributeError, IndexError, KeyError, MemoryError, OverflowError, TypeError, ValueError) as error:
        raise TorchFileError(f"is damaged ({type(error).__name__}: {error})") from None
    if isinstance(found, dict) and isinstance(found.get("state_dict"), dict):
        found = found["state_dict"]
    if not isinstance(found, dict) or not all(
        isinstance(name, str) and isinstance(value, Tensor) for name, value in found.items()
    ):
        raise TorchFileError("has no dictionary of tensors")
    return dict(found)


def read_zip(data: bytes, storages: dict[str, Storage]) -> Any:
    """An archive with `data.pkl` and a record for each storage."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        pickles = [name for name in names if name.count("/") == 1 and name.endswith("/data.pkl")]
        if len(pickles) != 1:
            raise TorchFileError("is a zip archive without PyTorch's data.pkl")
        root = pickles[0].rpartition("/")[0]
        if f"{root}/byteorder" in names and archive.read(f"{root}/byteorder") != b"little":
            raise TorchFileError("has numbers in another byte order than little-endian")
        found = Reader(io.BytesIO(archive.read(pickles[0])), storages).load()
        for storage in storages.values():
            fill(storage, archive.read(f"{root}/data/{storage.key}"))
    return found


def read_sequence(data: bytes, storages: dict[str, Storage]) -> Any:
    """The older format: magic number, version, machine, object, order of storages, storages."""
    file = io.BytesIO(data)

    def load() -> Any:
        return Reader(file, storages).load()

    if load() != MAGIC or load() != PROTOCOL:
        raise TorchFileError("is no PyTorch file")
    machine = load()
    if not machine["little_endian"]:
        raise TorchFileError("has numbers in another byte order than little-endian")
    found, keys = load(), load()
    for key in keys:
        storage = storages[key]
        (count,) = struct.unpack("<q", file.read(8))
        if count != storage.count:
            raise TorchFileError(f"has {count} numbers in storage {key}; expected {storage.count}")
        fill(storage, file.read(count * storage.size))
    return found


def fill(storage: Storage, data: bytes) -> None:
    expected = storage.count * storage.size
    if len(data) != expected:
        raise TorchFileError(f"has {len(data)} bytes in storage {storage.key}; expected {expected}")
    storage.data = data
