"""Records the authored cases from the Python reference: `python -m tests.conformance.record [NAME ...]`.

Files whose content does not change are not touched; cases that are gone are deleted. Review the diff.
"""

from __future__ import annotations

import sys

from quartet.engines import reference
from tests.conformance.authored import all_cases
from tests.conformance.random_case import recorded_random_cases
from tests.conformance.vectors import FOLDER, record_case, to_json


def main(names: list[str]) -> None:
    FOLDER.mkdir(exist_ok=True)
    wanted = set()
    for case in [*all_cases(), *recorded_random_cases()]:
        wanted.add(case.name)
        if names and case.name not in names:
            continue
        message = record_case(case, reference.Engine)
        write(FOLDER / f"{case.name}.json", to_json(case, message).encode())
        write(FOLDER / f"{case.name}.bin", message.SerializeToString(deterministic=True))
    for path in FOLDER.iterdir():
        if path.stem not in wanted:
            path.unlink()
            print("deleted", path.name)


def write(path, content: bytes) -> None:
    if not path.exists() or path.read_bytes() != content:
        path.write_bytes(content)
        print("wrote", path.name)


if __name__ == "__main__":
    main(sys.argv[1:])
