"""Reading YAML: exact values, a line for every key, and what no configuration may contain."""

from decimal import Decimal
from pathlib import Path

import pytest

from quartet.core.errors import ConfigError
from quartet.engines.config.document import read_file, read_text, read_value


def test_values_and_lines() -> None:
    layer = read_text(
        "a: 0.10\nb:\n  c: [1, 2.5e3]\n  d:\n    - e: yes\n    - e: true\nf: 00:00:00\ng: 2024-01-02\n", "x.yaml"
    )
    assert layer.values == {
        "a": Decimal("0.10"),
        "b": {"c": [1, Decimal("2500")], "d": [{"e": "yes"}, {"e": True}]},
        "f": "00:00:00",
        "g": "2024-01-02",
    }
    assert layer.origin(("a",)) == "x.yaml:1"
    assert layer.origin(("b", "d", 1, "e")) == "x.yaml:6"
    assert layer.origin(("b", "c", 1)) == "x.yaml:3"
    assert layer.origin(("b", "absent")) == "x.yaml:2"
    assert layer.origin(("absent",)) == "x.yaml"


def test_numbers_keep_every_digit() -> None:
    values = read_text(
        "a: 12345678.123456789\nb: 1_000.5\nc: 0x10\nd: 1_000\ne: -3\nf: .inf\ng: '5'\nh: 0o17\ni: 010", "x"
    ).values
    assert values["a"] == Decimal("12345678.123456789")
    assert values["b"] == Decimal("1000.5")
    assert [values[k] for k in "cdeghi"] == [16, 1000, -3, "5", 15, 10]
    assert values["f"] == Decimal("Infinity")


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "null"])
def test_an_empty_file_says_nothing(text: str) -> None:
    assert read_text(text, "x.yaml").values == {}


def test_anchors_are_read() -> None:
    assert read_text("a: &x {b: 1}\nc: *x", "x.yaml").values == {"a": {"b": 1}, "c": {"b": 1}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: 2\na: 3", r"x\.yaml:3: a: the key is given twice, first in line 1; keep one"),
        ("a:\n  b: 1\n  c: 2\n  b: 1", r"x\.yaml:4: a\.b: the key is given twice, first in line 2"),
        ("a: [1\nb: 2", r"x\.yaml:2: not YAML"),
        ("a: 1\n\tb: 2", r"x\.yaml:2: not YAML"),
        ("a: *nothing", r"x\.yaml:1: not YAML"),
        ("- a\n- b", r"x\.yaml:1: the file must be a mapping"),
        ("just text", r"x\.yaml:1: the file must be a mapping"),
        ("a: 1\n? [b]\n: 2", r"x\.yaml:2: the file has a key that is not a name"),
        ("a: &x {b: 1}\nc:\n  <<: *x", r"x\.yaml:3: c has a key that is not a name"),
        ("a:\n  b: !!python/object:os.system 1", r"x\.yaml:2: a\.b: the tag .* has no meaning here"),
        ("a: 1\n---\nb: 2", r"x\.yaml:2: not YAML"),
        ("a: \x07", r"x\.yaml: not YAML"),
    ],
)
def test_what_cannot_be_read(text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        read_text(text, "x.yaml")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"absent\.yaml: cannot be read: No such file"):
        read_file(tmp_path / "absent.yaml")
    (tmp_path / "bytes.yaml").write_bytes(b"a: \xff")
    with pytest.raises(ConfigError, match=r"bytes\.yaml: is not UTF-8 text"):
        read_file(tmp_path / "bytes.yaml")


def test_values_of_overrides() -> None:
    assert [read_value(t) for t in ("5", "0.1", "true", "null", "", "[a, 2]", "rust", "a: [")] == [
        5,
        Decimal("0.1"),
        True,
        None,
        None,
        ["a", 2],
        "rust",
        "a: [",
    ]
