"""What must hold of every entry of the registry, whatever its kind."""

from __future__ import annotations

import pytest

from quartet.core.parameters import describe
from quartet.core.registry import Entry, every_entry
from quartet.core.suggestion import suggestion
from quartet.data.contracts.schemas import schema_named

ALL = list(every_entry())
each = pytest.mark.parametrize("entry", ALL, ids=[f"{each.kind} {each.name}" for each in ALL])


@each
def test_it_says_what_it_is(entry: Entry) -> None:
    assert entry.doc.endswith(".") and len(entry.doc) > 10
    assert all(info.doc for info in describe(entry.parameters))


@each
def test_its_search_ranges_are_inside_its_bounds(entry: Entry) -> None:
    required = {name for name, field in entry.parameters.model_fields.items() if field.is_required()}
    for info in describe(entry.parameters):
        if info.search is None or required - {info.name}:
            continue
        ends = info.search.choices or (info.search.low, info.search.high)
        for value in ends:
            entry.configure({info.name: value})


@each
def test_its_defaults_are_parameters_that_it_takes(entry: Entry) -> None:
    given = {name: field.default for name, field in entry.parameters.model_fields.items() if not field.is_required()}
    required = {name for name, field in entry.parameters.model_fields.items() if field.is_required()}
    if not required:
        assert entry.configure(given) == entry.configure()


def test_a_source_names_contracts_that_exist() -> None:
    for entry in ALL:
        if entry.kind == "source":
            for name in str(entry.facts["schemas"]).split(", "):
                schema_named(name)


def test_names_of_a_kind_are_told_apart() -> None:
    # A misspelt name is answered with the nearest one: two that differ in their case alone would hide each other.
    names = [(entry.kind, entry.name.lower()) for entry in ALL]
    assert len(set(names)) == len(names) and suggestion("high_fee", ["high_fees"])
