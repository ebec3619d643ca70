"""Mutation testing of the four engines: one fault at a time, in a copy of the tree, against the recorded cases.

A fault is a changed operator, constant, comparison or rounding in a room of an engine. One that does not compile, or
that mutate_equivalent.yaml knows to change nothing, is replaced by another. Prints a line per fault and, at the end,
the survivors with file and line: a case is missing, or the fault is equivalent and belongs in that list.
"""

from __future__ import annotations

import argparse
import functools
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[1]
ROOMS = (
    "account",
    "core",
    "data_engine",
    "signal_engine",
    "risk_engine",
    "order_engine",
    "execution_engine",
    "engine",
)
TIMEOUT_S = 150

SWAPS = [
    (r"(?<=\s)<(?=\s)", "<="),
    (r"(?<=\s)<=(?=\s)", "<"),
    (r"(?<=\s)>(?=\s)", ">="),
    (r"(?<=\s)>=(?=\s)", ">"),
    (r"(?<=\s)==(?=\s)", "!="),
    (r"(?<=\s)!=(?=\s)", "=="),
    (r"(?<=\s)\+(?=\s)", "-"),
    (r"(?<=[\w)\]]\s)-(?=\s)", "+"),
    (r"(?<=\s)\*(?=\s)", "+"),
    (r"(?<=\s)\+=(?=\s)", "-="),
    (r"(?<=\s)-=(?=\s)", "+="),
    (r"(?<=\s)&&(?=\s)", "||"),
    (r"(?<=\s)\|\|(?=\s)", "&&"),
    (r"(?<=\s)and(?=\s)", "or"),
    (r"(?<=\s)or(?=\s)", "and"),
    (r"(?<=[\s(\[])1(?=[\s;,)\]])", "2"),
    (r"(?<=[\s(\[])0(?=[\s;,)\]])", "1"),
    (r"\b0\.0\b", "1.0"),
    (r"\b1\.0\b", "2.0"),
    (r"\btrue\b", "false"),
    (r"\bfalse\b", "true"),
    (r"\bTrue\b", "False"),
    (r"\bFalse\b", "True"),
    (r"\bfloor_to\(", "ceil_to("),
    (r"\bceil_to\(", "floor_to("),
    (r"\bFloorTo\(", "CeilTo("),
    (r"\bCeilTo\(", "FloorTo("),
    (r"\bmin\(", "max("),
    (r"\bmax\(", "min("),
]
# Lines that carry no behaviour of the engine: comments, imports, assertions, attributes, messages, signatures.
PASSIVE = re.compile(
    r'^\s*(//|#|\*|/\*|"""|@|import |from |use |using |assert|static_assert|debug_assert|package |#\[|\[\[|template|'
    r"def |func |fn |pub fn )|"
    r"(Error|error|fail|message|reserve|capacity|strict=True)\b|^\s*(return )?(fmt|format)"
)


@dataclass(frozen=True)
class Mutation:
    path: Path
    line: int
    before: str
    after: str

    def describe(self) -> str:
        return f"{self.path}:{self.line + 1}: {self.before.strip()}  ->  {self.after.strip()}"


@dataclass(frozen=True)
class Engine:
    """Where an engine's rooms are, and how its copy is built and tested."""

    folder: str
    suffixes: tuple[str, ...]
    rooms: Callable[[Path], bool]
    build: list[str]
    test: list[str]


# Readings for `quartet explain`: they show the gate, they do not decide.
SHOWING = {"readings", "measures", "observer"}


def in_rooms(path: Path) -> bool:
    if path.stem in SHOWING:
        return False
    return (
        bool(set(path.with_suffix("").parts) & set(ROOMS)) and "contract" not in path.stem and "test" not in path.stem
    )


@functools.cache
def equivalents() -> list[dict[str, str]]:
    """What is known to change nothing: file, a piece of the changed line, why."""
    rows: list[dict[str, str]] = YAML(typ="safe").load(ROOT / "build_scripts" / "mutate_equivalent.yaml")
    return rows


def changes_nothing(mutation: Mutation) -> bool:
    # A default of a C++ member is always written over at configuration.
    if mutation.path.suffix == ".hpp" and re.search(r"^\s*[\w:<>]+ \w+ = [\w.]+;", mutation.before):
        return True
    known = (row for row in equivalents() if row["file"] == mutation.path.as_posix())
    return any(row["after"] in mutation.after and row["after"] not in mutation.before for row in known)


def engines() -> dict[str, Engine]:
    jobs = os.environ.get("QUARTET_JOBS", "2")
    cargo = [
        "cargo",
        "test",
        "--quiet",
        "--manifest-path",
        "rust_engine/Cargo.toml",
        "-p",
        "quartet-core",
        "-j",
        jobs,
    ]
    pytest = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-x",
        "-p",
        "no:cacheprovider",
        "tests/conformance/test_vectors.py",
        "-k",
    ]
    return {
        "python": Engine(
            "python/quartet/engines/reference",
            (".py",),
            in_rooms,
            ["true"],
            [*pytest, "replays and python and whole"],
        ),
        "cpp": Engine(
            "cpp_engine",
            (".cpp", ".hpp"),
            lambda path: in_rooms(path) and not {"bindings", "tests", "benchmarks"} & set(path.parts),
            ["cmake", "--build", ".build/mutate-cpp", "-j", jobs],
            ["ctest", "--test-dir", ".build/mutate-cpp", "-R", "[Cc]onformance", "--output-on-failure"],
        ),
        "rust": Engine(
            "rust_engine/crates/core/src",
            (".rs",),
            in_rooms,
            [*cargo, "--no-run"],
            [*cargo, "--test", "replay"],
        ),
        "go": Engine(
            "go_engine/internal",
            (".go",),
            in_rooms,
            ["go", "-C", "go_engine", "build", "./..."],
            [
                "go",
                "-C",
                "go_engine",
                "test",
                "-count=1",
                "-timeout=60s",
                "-run",
                "Conformance|Vector",
                "./internal/edge/",
            ],
        ),
    }


def candidates(tree: Path, engine: Engine) -> list[Mutation]:
    found = []
    for path in sorted((tree / engine.folder).rglob("*")):
        relative = path.relative_to(tree)
        if path.suffix not in engine.suffixes or not engine.rooms(relative.relative_to(engine.folder)):
            continue
        # Rust keeps unit tests at the end of the file.
        code_lines = path.read_text().split("#[cfg(test)]")[0].splitlines()
        for number, line in enumerate(code_lines):
            code = re.split(r"\s//|\s#\s", line)[0]
            if PASSIVE.search(code) or '"' in code:
                continue
            for pattern, replacement in SWAPS:
                for match in re.finditer(pattern, code):
                    changed = line[: match.start()] + replacement + line[match.end() :]
                    found.append(Mutation(relative, number, line, changed))
    return found


def run(command: list[str], tree: Path) -> bool:
    environment = dict(
        os.environ, PYTHONPATH=f"{tree / 'python'}:{tree}", CARGO_TARGET_DIR=str(tree / ".build" / "rust")
    )
    try:
        done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, timeout=TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def plant(tree: Path, mutation: Mutation) -> None:
    path = tree / mutation.path
    lines = path.read_text().splitlines(keepends=True)
    lines[mutation.line] = lines[mutation.line].replace(mutation.before, mutation.after)
    path.write_text("".join(lines))


def mutate(name: str, engine: Engine, tree: Path, count: int, seed: int) -> tuple[int, list[Mutation]]:
    if not run(engine.build, tree) or not run(engine.test, tree):
        raise SystemExit(f"{name}: the unchanged tree does not build or pass; see build_scripts/test.sh")
    draw = random.Random(seed)
    pool = candidates(tree, engine)
    draw.shuffle(pool)
    caught, survivors = 0, []
    for mutation in pool:
        if caught + len(survivors) == count:
            break
        if changes_nothing(mutation):
            continue
        original = (tree / mutation.path).read_text()
        plant(tree, mutation)
        if run(engine.build, tree):
            survived = run(engine.test, tree)
            verdict = "SURVIVED" if survived else "caught  "
            print(f"{name} {caught + len(survivors) + 1:>3}/{count} {verdict} {mutation.describe()}", flush=True)
            if survived:
                survivors.append(mutation)
            else:
                caught += 1
        (tree / mutation.path).write_text(original)
    return caught, survivors


def copy_tree(target: Path) -> None:
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in listing.stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--engine", choices=list(engines()), action="append", help="one engine; repeat for more; default all"
    )
    parser.add_argument("--count", type=int, default=30, help="faults in each engine")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    lost = 0
    with tempfile.TemporaryDirectory(prefix="quartet-mutate-") as folder:
        tree = Path(folder)
        copy_tree(tree)
        for name, engine in engines().items():
            if options.engine and name not in options.engine:
                continue
            if name == "cpp":
                configure = [
                    "cmake",
                    "-G",
                    "Ninja",
                    "-S",
                    "cpp_engine",
                    "-B",
                    ".build/mutate-cpp",
                    "-DCMAKE_BUILD_TYPE=Release",
                    "-DQUARTET_TESTS=ON",
                ]
                if not run(configure, tree):
                    raise SystemExit("cpp: cmake could not configure the copy")
            caught, survivors = mutate(name, engine, tree, options.count, options.seed)
            print(f"{name}: {caught} of {caught + len(survivors)} faults caught")
            for mutation in survivors:
                print("  survivor", mutation.describe())
            lost += len(survivors) > 2 * options.count // 30
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
