"""Generates everything that comes from proto/, or with --check says what is not as it would be generated."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import emit_cpp
import emit_docs
import emit_go
import emit_manifest
import emit_python
import emit_rust
import protobuf
from contract import load

ROOT = Path(__file__).resolve().parents[2]
DOCS_HOME = "docs/reference"


def _filter(*command: str) -> Callable[[str], str]:
    return lambda text: subprocess.run(command, input=text, text=True, capture_output=True, check=True, cwd=ROOT).stdout


FORMATTERS = {
    "python/quartet/core/contract.py": _filter("ruff", "format", "--stdin-filename", "contract.py", "-"),
    "cpp_engine/include/quartet/core/contract.hpp": _filter("clang-format", "--assume-filename=contract.hpp"),
    "cpp_engine/include/quartet/edge/fields.hpp": _filter("clang-format", "--assume-filename=fields.hpp"),
    "cpp_engine/include/quartet/edge/message_forms.hpp": _filter("clang-format", "--assume-filename=message_forms.hpp"),
    "rust_engine/crates/core/src/edge/message_forms.rs": _filter("rustfmt", "--config-path", "rustfmt.toml"),
    "rust_engine/crates/core/src/core/contract.rs": _filter("rustfmt", "--config-path", "rustfmt.toml"),
    "go_engine/internal/core/contract.go": _filter("gofmt"),
}


def generate() -> dict[str, str]:
    """Return every generated file by its path."""
    contract = load(ROOT)
    files, descriptors = protobuf.compile_all(ROOT, ROOT / ".build")
    files["python/quartet/core/contract.py"] = emit_python.emit(contract)
    files["cpp_engine/include/quartet/core/contract.hpp"] = emit_cpp.emit(contract)
    files["cpp_engine/include/quartet/edge/fields.hpp"] = emit_cpp.emit_fields(descriptors)
    forms = protobuf.strict_messages(descriptors)
    files["cpp_engine/include/quartet/edge/message_forms.hpp"] = emit_cpp.emit_message_forms(forms)
    files["rust_engine/crates/core/src/edge/message_forms.rs"] = emit_rust.emit_message_forms(forms)
    files["rust_engine/crates/core/src/core/contract.rs"] = emit_rust.emit(contract)
    files["go_engine/internal/core/contract.go"] = emit_go.emit(contract)
    files["docs/manifest.md"] = emit_manifest.emit(ROOT)
    files |= {f"{DOCS_HOME}/{name}": text for name, text in emit_docs.emit(contract).items()}
    return {path: FORMATTERS[path](text) if path in FORMATTERS else text for path, text in files.items()}


def orphans(files: dict[str, str]) -> list[Path]:
    """Files in the generated folders that nothing generates any longer; other tools' pages are not ours."""
    homes = [ROOT / home for home in (protobuf.PYTHON_HOME, protobuf.GO_HOME)]
    found = [p for home in homes if home.is_dir() for p in home.iterdir() if p.is_file()]
    found += [p for p in (ROOT / DOCS_HOME).glob("*.md") if p.read_text().startswith(emit_docs.MARK)]
    return [p for p in found if p.relative_to(ROOT).as_posix() not in files]


def main() -> int:
    """Write, or check."""
    files = generate()
    stale = [p for p, text in files.items() if not (ROOT / p).is_file() or (ROOT / p).read_text() != text]
    extra = orphans(files)
    if "--check" in sys.argv:
        for path in [*stale, *(p.relative_to(ROOT).as_posix() for p in extra)]:
            print(f"not as generated: {path}")
        return 1 if stale or extra else 0
    for path in stale:
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(files[path])
    for orphan in extra:
        orphan.unlink()
    print(f"· {len(files)} generated files, {len(stale)} changed, {len(extra)} removed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
