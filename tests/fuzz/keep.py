"""Keeps what a fuzzer found for every engine to replay: `python -m tests.fuzz.keep TARGET CONTROL_FILE`.

The control file is that of libFuzzer's -set_cover_merge, whose first corpus is what is known already. Of the other
inputs those that cover most beyond it are kept, each under the name of its content's hash. Batches and snapshots whose
configuration is refused are left out: that is for the target config to show.
"""

from __future__ import annotations

import struct
import sys
from pathlib import Path

from quartet.core.errors import EngineError
from quartet.engines.selection import engine_factory
from tests.fuzz.seeds import BYTES_MAX, file_name

CORPUS = Path(__file__).parent / "corpus"
MOST = 100  # of one engine and target at a time: a replay takes a second or two


def best(control: str, target: str) -> list[Path]:
    """The inputs that cover most of what the first corpus does not, best first."""
    lines = control.splitlines()
    count, known = int(lines[0]), int(lines[1])
    features = {int(number): set(rest) for tag, number, *rest in map(str.split, lines[2 + count :]) if tag == "FT"}
    covered = {feature for number in range(known) for feature in features.pop(number, set())}
    inputs = {number: Path(lines[2 + number]) for number in features}
    if target != "config":
        features = {number: found for number, found in features.items() if has_sound_config(inputs[number])}
    chosen: list[Path] = []
    while features and len(chosen) < MOST:
        features = {number: found - covered for number, found in features.items() if found - covered}
        if features:
            number = max(features, key=lambda n: len(features[n]))
            covered |= features.pop(number)
            chosen.append(inputs[number])
    return chosen


def has_sound_config(path: Path) -> bool:
    content = path.read_bytes()
    if len(content) < 4:
        return False
    try:
        engine_factory("python")(content[4 : 4 + struct.unpack_from("<I", content)[0]])
    except EngineError:
        return False
    return True


def kept_form(target: str, content: bytes) -> bytes:
    """A snapshot's contract hash is zeroed, for the targets put in their own."""
    if target != "snapshot" or len(content) < 4:
        return content
    at = 4 + struct.unpack_from("<I", content)[0] + 8
    return content[:at] + bytes(32) + content[at + 32 :] if len(content) >= at + 32 else content


def keep(target: str, inputs: list[Path]) -> int:
    """Writes the inputs to the corpus and counts them."""
    place = CORPUS / target
    place.mkdir(parents=True, exist_ok=True)
    kept = [content for path in inputs if len(content := kept_form(target, path.read_bytes())) < BYTES_MAX]
    for content in kept:
        (place / file_name(content)).write_bytes(content)
    return len(kept)


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("config", "batch", "snapshot"):
        sys.exit("usage: python -m tests.fuzz.keep config|batch|snapshot CONTROL_FILE")
    print(f"kept: {keep(sys.argv[1], best(Path(sys.argv[2]).read_text(), sys.argv[1]))} more for {sys.argv[1]}")
