"""Reads proto/contract.yaml into typed rows and refuses whatever the emitters would not understand."""

import ast
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

SIZES = {"u8": 1, "i8": 1, "u16": 2, "u32": 4, "u64": 8, "i64": 8, "f64": 8, "i128": 16}
TABLES = {
    "version",
    "enums",
    "operators",
    "transitions",
    "columns",
    "record_size",
    "records",
    "counters",
    "limits",
}
LIVE = "LIVE"
LIVE_NUMBER = 255


@dataclass(frozen=True)
class Value:
    """One enumerator. `remedy` is None where the enum has none."""

    name: str
    number: int
    doc: str
    remedy: str | None


@dataclass(frozen=True)
class Enum:
    """One enum; `bits` says that its values are combined."""

    name: str
    doc: str
    bits: bool
    values: tuple[Value, ...]

    @property
    def width(self) -> int:
        """Bits of the smallest unsigned type that holds every value; sets of bits take 32."""
        return 32 if self.bits else 8 if max(v.number for v in self.values) < 256 else 16

    @property
    def has_remedies(self) -> bool:
        """Whether each value says what to do."""
        return any(v.remedy is not None for v in self.values)


@dataclass(frozen=True)
class Words:
    """A number of state words, linear in the window n and the number of inputs k."""

    fixed: int
    per_n: int
    per_k: int


@dataclass(frozen=True)
class Operator:
    """One operator of the signal program."""

    name: str
    number: int
    inputs: int
    window: str
    params: tuple[str, ...]
    clock: int
    u_words: Words
    f_words: Words
    family: str
    doc: str


@dataclass(frozen=True)
class Field:
    """One field of an output record."""

    name: str
    type: str
    offset: int


@dataclass(frozen=True)
class Column:
    """One column of a batch; `width` values a row."""

    name: str
    type: str
    width: int


@dataclass(frozen=True)
class Contract:
    """All tables, in the order of the file."""

    version: str
    hash: str
    enums: dict[str, Enum]
    operators: tuple[Operator, ...]
    windows: tuple[str, ...]
    families: tuple[str, ...]
    transitions: dict[tuple[str, str], str]
    columns: dict[str, tuple[Column, ...]]
    record_size: int
    records: dict[str, tuple[Field, ...]]
    counters: tuple[str, ...]
    limits: dict[str, int]

    def number(self, enum: str, value: str) -> int:
        """Number of an enumerator; of LIVE, the sentinel."""
        if value == LIVE:
            return LIVE_NUMBER
        return next(v.number for v in self.enums[enum].values if v.name == value)

    @property
    def terminal_states(self) -> tuple[Value, ...]:
        """States that no trigger leaves."""
        left = {state for state, _ in self.transitions}
        return tuple(v for v in self.enums["OrderState"].values if v.name not in left)

    def transition_rows(self) -> list[list[int]]:
        """Next state by [state][trigger]; 0 where there is none."""
        states, triggers = self.enums["OrderState"].values, self.enums["Trigger"].values
        rows = [[0] * (max(t.number for t in triggers) + 1) for _ in range(max(s.number for s in states) + 1)]
        for (state, trigger), target in self.transitions.items():
            rows[self.number("OrderState", state)][self.number("Trigger", trigger)] = self.number("OrderState", target)
        return rows


def load(root: Path) -> Contract:
    """Read and check the tables, the version and the hash."""
    raw: dict[str, Any] = YAML(typ="safe").load(root / "proto" / "contract.yaml")
    if set(raw) != TABLES:
        raise SystemExit(f"contract.yaml: unknown or missing tables: {sorted(set(raw) ^ TABLES)}")
    enums = {name: _enum(name, body) for name, body in raw["enums"].items()}
    operators = tuple(_operator(name, body, enums["Clock"]) for name, body in raw["operators"].items())
    _unique("operator id", [o.number for o in operators])
    _unique("counter", raw["counters"])
    transitions = {(state, trigger): target for state, trigger, target in raw["transitions"]}
    if len(transitions) != len(raw["transitions"]):
        raise SystemExit("contract.yaml: a state and trigger stand twice in transitions")
    contract = Contract(
        version=(root / "VERSION").read_text().strip(),
        hash=contract_hash(root),
        enums=enums,
        operators=operators,
        windows=tuple(dict.fromkeys(["none", *(o.window for o in operators)])),
        families=tuple(dict.fromkeys(["none", *(o.family for o in operators)])),
        transitions=transitions,
        columns={k: tuple(_column(*c) for c in columns) for k, columns in raw["columns"].items()},
        record_size=raw["record_size"],
        records=_records(raw["records"], raw["record_size"]),
        counters=tuple(raw["counters"]),
        limits=dict(raw["limits"]),
    )
    known = {v.name for v in enums["RecordKind"].values}
    if set(contract.records) != known:
        raise SystemExit(f"contract.yaml: records and RecordKind differ: {sorted(set(contract.records) ^ known)}")
    contract.transition_rows()
    return contract


def contract_hash(root: Path) -> str:
    """SHA-256 over the names and bytes of contract.yaml and every .proto file."""
    digest = hashlib.sha256()
    files = [root / "proto" / "contract.yaml", *(root / "proto").rglob("*.proto")]
    for path in sorted(files, key=lambda p: p.relative_to(root).as_posix()):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _unique(what: str, items: list[Any]) -> None:
    if len(set(items)) != len(items):
        raise SystemExit(f"contract.yaml: a {what} stands twice")


def _enum(name: str, body: dict[str, Any]) -> Enum:
    values = tuple(Value(v, row[0], row[1], row[2] if len(row) > 2 else None) for v, row in body["values"].items())
    _unique(f"number in {name}", [v.number for v in values])
    return Enum(name, body["doc"], body["doc"].startswith("Bits of"), values)


def _operator(name: str, body: dict[str, Any], clock: Enum) -> Operator:
    known = {"id", "inputs", "window", "params", "clock", "u_words", "f_words", "family", "doc"}
    if unknown := set(body) - known:
        raise SystemExit(f"contract.yaml: operator {name}: unknown keys {sorted(unknown)}")
    bits = {v.name: v.number for v in clock.values}
    return Operator(
        name=name,
        number=body["id"],
        inputs=body["inputs"],
        window=body.get("window", "none"),
        params=tuple(body.get("params", ())),
        clock=sum(bits[c] for c in body.get("clock", ())),
        u_words=_words(name, str(body.get("u_words", "0"))),
        f_words=_words(name, str(body.get("f_words", "0"))),
        family=body.get("family", "none"),
        doc=body["doc"],
    )


def _words(name: str, text: str) -> Words:
    """Read "2 + 3*n" as numbers; anything that is not linear in n and k is refused."""
    allowed = (ast.Expression, ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Constant, ast.Name, ast.Load)
    tree = ast.parse(text, mode="eval")
    if not all(isinstance(node, allowed) for node in ast.walk(tree)):
        raise SystemExit(f"contract.yaml: operator {name}: cannot read {text!r}")
    code = compile(tree, "contract.yaml", "eval")

    def at(n: int, k: int) -> int:
        return int(eval(code, {"__builtins__": {}}, {"n": n, "k": k}))

    words = Words(at(0, 0), at(1, 0) - at(0, 0), at(0, 1) - at(0, 0))
    if at(7, 5) != words.fixed + 7 * words.per_n + 5 * words.per_k:
        raise SystemExit(f"contract.yaml: operator {name}: {text!r} is not linear in n and k")
    return words


def _column(name: str, kind: str, width: int = 1) -> Column:
    if kind not in SIZES:
        raise SystemExit(f"contract.yaml: column {name}: unknown type {kind}")
    return Column(name, kind, width)


def _records(raw: dict[str, list[Any]], size: int) -> dict[str, tuple[Field, ...]]:
    """Every record with the header's fields before its own, sorted by offset, none overlapping."""
    header = raw["HEADER"]
    records = {}
    for kind, rows in raw.items():
        if kind == "HEADER":
            continue
        fields = tuple(sorted((Field(*row) for row in [*header, *rows]), key=lambda f: f.offset))
        end = 0
        for field in fields:
            if field.offset < end or field.offset % SIZES[field.type]:
                raise SystemExit(f"contract.yaml: record {kind}: {field.name} overlaps or is not aligned")
            end = field.offset + SIZES[field.type]
        if end > size:
            raise SystemExit(f"contract.yaml: record {kind} is longer than {size} bytes")
        records[kind] = fields
    return records


def camel(name: str) -> str:
    """BAD_PRICE, bad_price -> BadPrice."""
    return "".join(part.capitalize() for part in name.split("_"))


def snake(name: str) -> str:
    """OrderType -> order_type; BAD_PRICE -> bad_price."""
    return name.lower() if name.isupper() else re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
