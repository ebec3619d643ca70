"""`quartet list` and `quartet show`: what can be chosen by name, and what each of it takes."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Final

import typer
from pydantic_core import PydanticUndefined
from rich.text import Text

from quartet.cli.console import facts, show, show_json, table
from quartet.cli.options import Json
from quartet.core.parameters import Parameters, describe
from quartet.core.registry import Entry, entries, entry, kinds

_LISTED_FACTS: Final = ("unit", "schemas", "needs")
"""What a kind says of its entries that is worth a column."""


def list_registered(
    kind: Annotated[str, typer.Argument(metavar="[KIND]", help="measure, ...; without one: the kinds.")] = "",
    as_json: Json = False,
) -> None:
    """List what can be chosen by name in configurations and calls: first the kinds, then everything of a kind.

    What other packages add by the entry point quartet.plugins is listed with Quartet's own.

    [bold]Examples[/bold]

      quartet list

      quartet list measure

      quartet list measure --json
    """
    if not kind:
        _list_kinds(as_json)
        return
    found = entries(kind)
    if as_json:
        show_json({"kind": kind, "entries": [_as_json(each) for each in found.values()]})
        return
    named = [fact for fact in _LISTED_FACTS if any(fact in each.facts for each in found.values())]
    columns = ("Name", "What it is ~", *(f"{fact.capitalize()} ~?" for fact in named), "Parameters ~?")
    rows = table(*columns, caption=f"quartet show {kind} NAME says more")
    for name, each in found.items():
        told = (each.told.get(fact, "") for fact in named)
        rows.add_row(name, each.doc, *told, ", ".join(each.parameters.model_fields))
    show(rows)


def show_registered(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="What it is one of: measure, ...")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name, as quartet list KIND has it.")],
    as_json: Json = False,
) -> None:
    """Show one thing that can be chosen by name: what it is, where its formula is from, its parameters and bounds.

    A parameter's search range is where an optimiser looks for it.

    [bold]Examples[/bold]

      quartet show measure sharpe_ratio

      quartet show measure filtered_var --json
    """
    found = entry(kind, name)
    if as_json:
        show_json(_as_json(found))
        return
    show(facts(_facts(found), f"{found.kind} {found.name}"))
    parameters = describe(found.parameters)
    if not parameters:
        show("\nIt has no parameters.")
        return
    columns = ("Parameter", "Type ~", "Default ~", "Bounds ~", "Unit ~", "Search ~", "What it is ~")
    rows = table(*columns)
    for each in parameters:
        search = "" if each.search is None else str(each.search)
        rows.add_row(*map(Text, (each.name, each.type, each.default_text, each.bounds, each.unit, search, each.doc)))
    show("", rows)


def _list_kinds(as_json: bool) -> None:
    known = {kind: (doc, len(entries(kind))) for kind, doc in kinds().items()}
    if as_json:
        show_json({"kinds": [{"kind": kind, "doc": doc, "entries": n} for kind, (doc, n) in known.items()]})
        return
    rows = table("Kind", "Entries>", "What it is ~", caption="quartet list KIND says what there is")
    for kind, (doc, count) in known.items():
        rows.add_row(kind, str(count), doc)
    show(rows)


def _facts(found: Entry) -> list[tuple[str, str]]:
    lines = [("What", found.doc), ("Source", found.source or "none"), ("Registered by", found.home)]
    return lines + [(name.replace("_", " ").capitalize(), text) for name, text in found.told.items()]


def _as_json(found: Entry) -> dict[str, Any]:
    return {
        "kind": found.kind,
        "name": found.name,
        "doc": found.doc,
        "source": found.source,
        "home": found.home,
        "facts": {name: _plain(value) for name, value in found.facts.items()},
        "parameters": [
            {
                **asdict(each),
                "default": _plain(None if each.default is PydanticUndefined else each.default),
                "required": each.default is PydanticUndefined,
            }
            for each in describe(found.parameters)
        ],
    }


def _plain(value: Any) -> Any:
    """The value as JSON has it; what JSON does not have, as text."""
    if isinstance(value, Parameters):
        value = dict(value)
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)
