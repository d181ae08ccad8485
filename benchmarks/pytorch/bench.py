"""Speed of a training step, ours against PyTorch on the same machine, taken in turns.

Every round measures ours, PyTorch eager and PyTorch compiled one after the other, each in its own
process, for each number of maps. Reported: the median over the rounds of each turn's median, and
the ratio PyTorch / ours pair by pair within a round (above 1 ours is faster), with its range.
"""

import argparse
import datetime
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
WIDTH, CLASSES, SIZE, BATCH = 16, 11, 64, 16
# The options of `rss bench step` and of `step_worker.py`, which have the same names.
UNET = {"width": WIDTH, "classes": CLASSES, "size": SIZE, "batch": BATCH}
MAPS = (2, 16, 64)
# The number of maps whose step is measured under load.
REFERENCE_MAPS = 16
SIDES = ("ours", "eager", "compile")
CROSS_ENTROPY, IMAGE_REWARD = "crossEntropyMilliseconds", "imageRewardMilliseconds"
# Steps that only ours has: what they cost in relation to cross-entropy.
VARIANTS = {
    "PSD": IMAGE_REWARD,
    "PSD, PSR of 16 x 16 cells": "cellsMilliseconds",
    "PSD with regression": "regressionMilliseconds",
}

Turn = dict[str, Any]


class Ours:
    """`rss bench step`, a new process for each turn."""

    def __init__(self, command: str, threads: int, options: dict[str, Any] = UNET) -> None:
        found = shutil.which(command)
        if found is None:
            sys.exit(f"bench.py: no program at {command!r}; build it or give its path by --rss")
        self.command, self.options = found, options
        self.environment = os.environ | {"OMP_NUM_THREADS": str(threads)}

    def turn(self, maps: int) -> Turn:
        command = [self.command, "bench", "step"]
        for name, value in (self.options | {"maps": maps}).items():
            command += [f"--{name}", str(value)]
        command += ["--json"]
        # Files rather than pipes, so that the process can be waited for with what it used.
        with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
            process = subprocess.Popen(command, env=self.environment, stdout=output, stderr=errors)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            output.seek(0)
            errors.seek(0)
            if process.returncode != 0:
                failed = f"{' '.join(command)} failed ({process.returncode})"
                sys.exit(f"bench.py: {failed}:\n{errors.read()}")
            return json.loads(output.read()) | {"peakMegabytes": usage.ru_maxrss * 1024 / 1e6}


class Worker:
    """A PyTorch process (`step_worker.py`) that stays alive and sleeps between its turns."""

    def __init__(
        self, mode: str, threads: int, steps: int, options: dict[str, Any] = UNET
    ) -> None:
        self.steps = steps
        arguments = {"mode": mode, "threads": threads} | options
        command = [sys.executable, str(HERE / "step_worker.py")]
        for name, value in arguments.items():
            command += [f"--{name}", str(value)]
        # One thread: the compiler's pool of helper processes must not run during another's turn.
        environment = os.environ | {
            "OMP_NUM_THREADS": str(threads),
            "TORCHINDUCTOR_COMPILE_THREADS": "1",
        }
        self.process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        self.busy_seconds = 0.0

    def turn(self, maps: int) -> Turn:
        before = self.processor_seconds()
        print(json.dumps({"maps": maps, "steps": self.steps}), file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        if not answer:
            return {"error": f"the PyTorch process ended with status {self.process.wait()}"}
        self.busy_seconds += self.processor_seconds() - before
        return json.loads(answer)

    def processor_seconds(self) -> float:
        """User and system time so far: fields 14 and 15 of /proc/PID/stat, proc(5)."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()


@contextmanager
def busy_process() -> Iterator[None]:
    """One other process that keeps one core busy."""
    process = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        process.kill()
        process.wait()


def measure(
    sides: dict[str, Ours | Worker], rounds: int, maps: tuple[int, ...], note: str
) -> list[dict[str, Any]]:
    """Turns in the order A B C A B C ...; a side that fails is taken out of `sides`."""
    turns = []
    for index in range(rounds):
        for number in maps:
            results = {}
            for name, side in list(sides.items()):
                results[name] = side.turn(number)
                if "error" in results[name]:
                    del sides[name]
                    print(f"{name}: {results[name]['error']}", file=sys.stderr)
                else:
                    print(
                        f"{note} round {index + 1}/{rounds}, M = {number}, {name}: cross-entropy "
                        f"{results[name][CROSS_ENTROPY]:.1f} ms, "
                        f"image reward {results[name][IMAGE_REWARD]:.1f} ms",
                        file=sys.stderr,
                    )
            turns.append({"round": index + 1, "maps": number, "results": results})
    return turns


def values(turns: list[dict[str, Any]], side: str, key: str) -> list[float]:
    """One number per turn in which every compared side answered, so that pairs line up."""
    return [
        turn["results"][side][key]
        for turn in turns
        if key in turn["results"].get(side, {}) and key in turn["results"]["ours"]
    ]


def summarize(turns: list[dict[str, Any]], key: str) -> dict[str, Any]:
    """Median milliseconds of each side and the paired ratios to ours."""
    summary: dict[str, Any] = {}
    ours = values(turns, "ours", key)
    for side in SIDES:
        times = values(turns, side, key)
        if not times:
            continue
        summary[side] = {"milliseconds": statistics.median(times)}
        if side != "ours":
            ratios = [theirs / mine for theirs, mine in zip(times, ours)]
            summary[side]["ratio"] = statistics.median(ratios)
            summary[side]["ratioRange"] = [min(ratios), max(ratios)]
    return summary


def summarize_all(turns: list[dict[str, Any]], maps: tuple[int, ...]) -> dict[str, Any]:
    """One row for cross-entropy (measured in every turn) and one per number of maps."""
    rows = {"cross-entropy": summarize(turns, CROSS_ENTROPY)}
    for number in maps:
        chosen = [turn for turn in turns if turn["maps"] == number]
        rows[f"image-level reward, M = {number}"] = summarize(chosen, IMAGE_REWARD)
    return rows


def overheads(turns: list[dict[str, Any]], maps: tuple[int, ...]) -> dict[str, dict[str, Any]]:
    """Image-level steps of ours over cross-entropy, both taken in the same turn."""
    found: dict[str, dict[str, Any]] = {}
    for name, key in VARIANTS.items():
        found[name] = {}
        for number in maps:
            chosen = [turn for turn in turns if turn["maps"] == number]
            plain = values(chosen, "ours", CROSS_ENTROPY)
            ratios = [own / base for own, base in zip(values(chosen, "ours", key), plain)]
            if ratios:
                ratio = statistics.median(ratios)
                found[name][str(number)] = {"ratio": ratio, "range": [min(ratios), max(ratios)]}
    return found


def overhead_table(overhead: dict[str, dict[str, Any]]) -> str:
    """One line for each estimator, one column for each number of maps."""
    numbers = list(next(iter(overhead.values())))
    lines = [
        "| image-level step over cross-entropy step, ours | "
        + " | ".join(f"M = {number}" for number in numbers)
        + " |",
        "|---" * (len(numbers) + 1) + "|",
    ]
    for name, cells in overhead.items():
        shown = [
            f"{cell['ratio']:.2f} ({cell['range'][0]:.2f} to {cell['range'][1]:.2f})"
            for cell in cells.values()
        ]
        lines.append(f"| {name} | {' | '.join(shown)} |")
    return "\n".join(lines)


def sgemm_share(turns: list[dict[str, Any]]) -> dict[str, float] | None:
    """GFLOP of our cross-entropy step per second, as a share of the machine's SGEMM rate."""
    ours = [turn["results"]["ours"] for turn in turns]
    if not all("sgemmGFLOPS" in turn and "stepGFLOP" in turn for turn in ours):
        return None
    rates = [turn["stepGFLOP"] / (turn[CROSS_ENTROPY] / 1e3) for turn in ours]
    sgemm = [turn["sgemmGFLOPS"] for turn in ours]
    return {
        "stepGFLOPS": statistics.median(rates),
        "sgemmGFLOPS": statistics.median(sgemm),
        "share": statistics.median(rate / peak for rate, peak in zip(rates, sgemm)),
    }


def machine(threads: int) -> dict[str, Any]:
    """What the numbers depend on: processor, threads, library and source versions, load."""
    names = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    describe = subprocess.run(
        ["git", "-C", str(HERE), "describe", "--always", "--dirty", "--abbrev=12"],
        capture_output=True, text=True,
    )  # fmt: skip
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "cpu": names[0] if names else platform.machine(),
        "cores": os.cpu_count(),
        "threads": threads,
        "loadAverageAtStart": os.getloadavg()[0],
        "torch": version("torch"),
        "commit": describe.stdout.strip() or "unknown",
    }


def markdown_table(rows: dict[str, Any]) -> str:
    """Milliseconds and ratios; a dash where a side gave no number."""

    def time(cell: dict[str, Any] | None) -> str:
        return f"{cell['milliseconds']:.1f}" if cell else "-"

    def ratio(cell: dict[str, Any] | None) -> str:
        if not cell:
            return "-"
        low, high = cell["ratioRange"]
        return f"{cell['ratio']:.2f} ({low:.2f} to {high:.2f})"

    lines = [
        "| step | ours, ms | eager, ms | compiled, ms | eager / ours | compiled / ours |",
        "|---|---|---|---|---|---|",
    ]
    for name, row in rows.items():
        ours, eager, compiled = (row.get(side) for side in SIDES)
        cells = [name, time(ours), time(eager), time(compiled), ratio(eager), ratio(compiled)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def conditions(where: dict[str, Any]) -> str:
    """What was measured on, as a sentence of a report."""
    return (
        f"{where['cpu']}, {where['threads']} threads, torch {where['torch']} (channels_last), "
        f"commit {where['commit']}, {where['date']}; load average at the start "
        f"{where['loadAverageAtStart']:.2f}."
    )


def markdown(record: dict[str, Any]) -> str:
    """The report, a pure function of the record."""
    settings = record["settings"]
    parts = [
        "# Training step: ours and PyTorch",
        f"U-Net of width {WIDTH}, {CLASSES} classes, batch {BATCH} of {SIZE} x {SIZE} x 1, AdamW "
        f"and clipping included. {conditions(record['machine'])}",
        f"Median over {settings['rounds']} rounds in turns; ratios are pairs of the same round, "
        "with their range; above 1 ours is faster.",
        markdown_table(record["rows"]),
    ]
    for side, error in record["errors"].items():
        parts.append(f"No numbers for {side}: {error}")
    parts.append(overhead_table(record["overhead"]))
    share = record["sgemm"]
    if share:
        parts.append(
            f"Our cross-entropy step: {share['stepGFLOPS']:.0f} GFLOP/s, {share['share']:.0%} of "
            f"this machine's SGEMM rate ({share['sgemmGFLOPS']:.0f} GFLOP/s)."
        )
    idle = ", ".join(f"{name} {s:.2f} s" for name, s in record["idleProcessorSeconds"].items())
    parts.append(f"Processor time PyTorch's processes used outside their turns, after the warm-up: {idle}.")
    if "loadedRows" in record:
        parts += [
            "## With one other busy process on the machine",
            markdown_table(record["loadedRows"]),
            "Slower than without it, by the medians: " + slowdowns(record) + ".",
        ]
    return "\n\n".join(parts) + "\n"


def slowdowns(record: dict[str, Any]) -> str:
    """Loaded / unloaded median of the cross-entropy step of each side."""
    free, loaded = record["rows"]["cross-entropy"], record["loadedRows"]["cross-entropy"]
    return ", ".join(
        f"{side} {loaded[side]['milliseconds'] / free[side]['milliseconds']:.2f} times"
        for side in SIDES
        if side in free and side in loaded
    )


def publish(report: str, record: dict[str, Any], output: Path | None) -> None:
    """Prints a report and, where it is to be kept, writes it with what it was made from."""
    print(report, end="")
    if output:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(report)
        output.with_suffix(".json").write_text(json.dumps(record, indent=1) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rss", default=".build/release/rss", help="our program")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=20, help="PyTorch steps per measurement")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--no-compile", action="store_true", help="leave torch.compile out")
    parser.add_argument("--loaded", action="store_true", help="repeat beside a busy process")
    parser.add_argument("--output", type=Path, help="write this Markdown file and its .json")
    arguments = parser.parse_args()

    where = machine(arguments.threads)
    sides: dict[str, Ours | Worker] = {"ours": Ours(arguments.rss, arguments.threads)}
    workers = {
        mode: Worker(mode, arguments.threads, arguments.steps)
        for mode in SIDES[1:]
        if not (mode == "compile" and arguments.no_compile)
    }
    sides |= workers
    try:
        # Untimed: compiles every step once, outside the rounds.
        errors = {}
        for name, worker in workers.items():
            for number in MAPS:
                print(f"warming up PyTorch {name}, M = {number}", file=sys.stderr)
                answer = worker.turn(number)
                if "error" in answer:
                    errors[name] = answer["error"]
                    print(f"{name}: {answer['error']}", file=sys.stderr)
                    del sides[name]
                    break
        for worker in workers.values():
            worker.busy_seconds = worker.processor_seconds()
        turns = measure(sides, arguments.rounds, MAPS, "quiet")
        record = {
            "machine": where,
            "settings": {"rounds": arguments.rounds, "steps": arguments.steps},
            "rows": summarize_all(turns, MAPS),
            "overhead": overheads(turns, MAPS),
            "sgemm": sgemm_share(turns),
            "errors": errors,
            "turns": turns,
        }
        if arguments.loaded:
            with busy_process():
                loaded = measure(sides, arguments.rounds, (REFERENCE_MAPS,), "loaded")
            record["loadedTurns"] = loaded
            record["loadedRows"] = summarize_all(loaded, (REFERENCE_MAPS,))
        for turn in turns + record.get("loadedTurns", []):
            for name, result in turn["results"].items():
                if "error" in result:
                    errors[name] = result["error"]
        record["idleProcessorSeconds"] = {
            name: worker.processor_seconds() - worker.busy_seconds
            for name, worker in workers.items()
            if worker.process.poll() is None
        }
    finally:
        for worker in workers.values():
            worker.close()

    report = markdown(record)
    publish(report, record, arguments.output)


if __name__ == "__main__":
    main()
