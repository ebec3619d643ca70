"""`quartet graph`: the compiled signal graph of a configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from quartet.cli.console import say, show, show_json, table
from quartet.cli.inputs import load_settings
from quartet.cli.options import Json
from quartet.core.contract import OPERATORS
from quartet.core.errors import ConfigError
from quartet.graph import Graph
from quartet.graph.clocks import clock_text

app = typer.Typer(no_args_is_help=True, help="Show signal graphs.")


@app.callback()
def graph() -> None:
    """Show signal graphs."""


@app.command("show")
def show_graph(
    config: Annotated[Path, typer.Argument(metavar="CONFIG", help="The configuration, a YAML file.")],
    as_json: Json = False,
) -> None:
    """Show the program that the signal block compiles to: what every engine runs.

    [bold]Example[/bold]

      quartet graph show config/demo.yaml
    """
    program = load_settings(config).graph
    if program is None:
        raise ConfigError(f"{config}: there is no signal block; write one, for example signal: {{score: imbalance}}")
    roles = _roles(program)
    if as_json:
        nodes = [
            {
                "index": node.index,
                "name": node.name,
                "operator": node.op.name,
                "formula": program.formula_of(node),
                "inputs": list(node.inputs),
                "clock": clock_text(node.clock) if node.clock else "",
                "n": node.n,
                "params": [repr(value) if value - value != 0.0 else value for value in node.params],
                "state_words": node.state_words,
                "family": node.family,
            }
            for node in program.nodes
        ]
        show_json({"digest": program.digest, "state_words": program.state_words, "outputs": roles, "nodes": nodes})
        return
    rows = table("#>", "Node", "Is ~", "Ticks on", "Words>", "Family", "Meaning ~")
    outputs = {place: name for name, place in roles.items()}
    for node in program.nodes:
        name = f"{node.name} [{outputs[node.index]}]" if node.index in outputs else node.name
        clock = clock_text(node.clock) if node.clock else ""
        family = "" if node.family == "none" else node.family
        cells = (name, program.formula_of(node), clock, str(node.state_words or ""), family, OPERATORS[node.op].doc)
        rows.add_row(str(node.index), *map(Text, cells))
    show(rows)
    say(f"{program.state_words} words of 8 bytes a symbol; SHA-256 {program.digest}")


def _roles(program: Graph) -> dict[str, int]:
    places = {"score": program.score, "confidence": program.confidence, "fair_value": program.fair_value}
    return {name: place for name, place in places.items() if place is not None}
