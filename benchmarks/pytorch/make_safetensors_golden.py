"""Writes goldens/tiny.safetensors, the file our reader is tested with.

Two float32 tensors, one uint8 tensor and `__metadata__`, from Python's own library.
"""

from pathlib import Path

from safetensors.numpy import save_file

from check_safetensors import example


def main() -> None:
    path = Path(__file__).resolve().parent / "goldens" / "tiny.safetensors"
    path.parent.mkdir(exist_ok=True)
    tensors, metadata = example()
    save_file(tensors, path, metadata=metadata)
    print(f"{path}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
