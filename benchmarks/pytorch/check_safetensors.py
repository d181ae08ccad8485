"""Reads a safetensors file with the reference library and lists it, or writes one for us to read.

    check_safetensors.py weights.safetensors             names, shapes, types, metadata
    check_safetensors.py a.safetensors --same-as b.safetensors   equal tensors, bit for bit
    check_safetensors.py --write made-by-python.safetensors
"""

import argparse
import sys
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file


def example() -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """Two float32 tensors, one uint8 tensor, metadata. One key: more have no fixed order."""
    tensors = {
        "encoder.0.convolution.weight": np.arange(12, dtype=np.float32).reshape(2, 1, 2, 3) / 4,
        "head.bias": np.array([-1.5, 0.0, 3.0e-8], dtype=np.float32),
        "labels": np.array([[0, 1, 2], [10, 254, 255]], dtype=np.uint8),
    }
    return tensors, {"made-by": "benchmarks/pytorch/make_safetensors_golden.py"}


def read(path: Path) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """Tensors and metadata; a file the library refuses ends the program with its reason."""
    try:
        with safe_open(path, framework="numpy") as file:
            return {name: file.get_tensor(name) for name in file.keys()}, file.metadata() or {}
    except (OSError, SafetensorError) as error:
        sys.exit(f"check_safetensors.py: {path}: {error}")


def differences(found: dict[str, np.ndarray], expected: dict[str, np.ndarray]) -> list[str]:
    """Names of the tensors that are missing, unknown, or differ in type, shape or any bit."""
    return sorted(
        name
        for name in found.keys() | expected.keys()
        if name not in found
        or name not in expected
        or found[name].dtype != expected[name].dtype
        or found[name].shape != expected[name].shape
        or found[name].tobytes() != expected[name].tobytes()
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--same-as", type=Path, help="compare with this file")
    parser.add_argument("--write", type=Path, help="write the example here")
    arguments = parser.parse_args()
    if arguments.file is None and arguments.write is None:
        parser.error("give a file to read, or --write FILE")
    if arguments.write:
        tensors, metadata = example()
        save_file(tensors, arguments.write, metadata=metadata)
    if arguments.file:
        tensors, metadata = read(arguments.file)
        for name, tensor in sorted(tensors.items()):
            finite = np.isfinite(tensor).all() if tensor.dtype.kind == "f" else True
            print(f"{name}  {list(tensor.shape)}  {tensor.dtype}{'' if finite else '  NOT FINITE'}")
        for key, value in sorted(metadata.items()):
            print(f"metadata {key} = {value}")
        if arguments.same_as:
            odd = differences(tensors, read(arguments.same_as)[0])
            if odd:
                sys.exit(f"check_safetensors.py: different in {arguments.same_as}: {odd}")
            print(f"same tensors as {arguments.same_as}")


if __name__ == "__main__":
    main()
