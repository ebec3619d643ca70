"""`quartet trials`: every backtest that was run, what it was worth, and what differs between two."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, Literal

import typer

from quartet.backtest.ledger.comparison import compare as compared
from quartet.backtest.ledger.ledger import PLACE_VARIABLE, TrialLedger
from quartet.backtest.ledger.multiplicity import multiplicity, sharpe_evidence
from quartet.backtest.ledger.selection import selection
from quartet.cli.console import show as show_parts
from quartet.cli.console import show_json
from quartet.cli.failures import DIFFERENT
from quartet.cli.options import Json
from quartet.cli.trials_json import comparison_json, evidence_json, multiplicity_json, selection_json, trial_json
from quartet.cli.trials_tables import comparison_parts, list_parts, trial_parts
from quartet.core.errors import ConfigError

app = typer.Typer(no_args_is_help=True, help="The ledger of trials: every backtest that was run.")

_LAST: Final = 20
Ledger = Annotated[
    str | None,
    typer.Option(
        "--ledger",
        "-l",
        metavar="PLACE",
        help=f"A file, or postgresql://USER@HOST/DATABASE; default: ${PLACE_VARIABLE}, else the user's own.",
    ),
]
Effective = Annotated[
    Literal["larger", "clusters", "mean", "count"],
    typer.Option(
        "--effective",
        help="Independent trials: by clusters of correlated returns, by their mean correlation, the larger of both "
        "numbers, or all.",
    ),
]
TrialId = Annotated[int, typer.Argument(metavar="TRIAL", help="The number of the trial.")]


@app.command("list")
def list_trials(
    study: Annotated[
        str | None, typer.Option("--study", "-s", metavar="NAME", help="Of this research question and its parts only.")
    ] = None,
    last: Annotated[int, typer.Option("--last", "-n", min=1, help="How many, the newest.")] = _LAST,
    effective: Effective = "larger",
    ledger: Ledger = None,
    as_json: Json = False,
) -> None:
    """List trials and studies; for a study, how many independent trials it is worth, and how overfitted the best is.

    [bold]Examples[/bold]

      quartet trials list

      quartet trials list --study momentum --last 50
    """
    with TrialLedger.open(ledger, create=False) as opened:
        trials = opened.trials(study, last)
        studies = opened.studies()
        counted = multiplicity(opened, study, effective) if study is not None else None
        chosen = selection(opened, study) if study is not None else None
        if as_json:
            show_json(
                {
                    "ledger": opened.place,
                    "trials": [trial_json(each) for each in trials],
                    "studies": [
                        {"study": each.study, "parent": each.parent, "trials": each.trials, "failed": each.failed}
                        for each in studies
                    ],
                    "multiplicity": multiplicity_json(counted) if counted else None,
                    "selection": selection_json(chosen) if chosen else None,
                }
            )
        else:
            show_parts(*list_parts(opened.place, trials, studies, counted, chosen))


@app.command()
def show(trial: TrialId, effective: Effective = "larger", ledger: Ledger = None, as_json: Json = False) -> None:
    """Show a trial: what went in, what came out, and what its Sharpe ratio is worth after all that were tried.

    [bold]Examples[/bold]

      quartet trials show 12

      quartet trials show 12 --effective count --json
    """
    with TrialLedger.open(ledger, create=False) as opened:
        recorded = opened.trial(trial)
        series = opened.returns(recorded)
        evidence = sharpe_evidence(opened, trial, effective) if series is not None else None
    if as_json:
        recipe = {"recipe": recorded.recipe, "periods": len(series) if series is not None else None}
        show_json({**trial_json(recorded), **recipe, "evidence": evidence_json(evidence) if evidence else None})
    else:
        show_parts(*trial_parts(recorded, series, evidence))


@app.command()
def compare(
    trials: Annotated[list[int], typer.Argument(metavar="TRIAL...", help="The numbers of two trials or more.")],
    ledger: Ledger = None,
    as_json: Json = False,
) -> None:
    """Compare trials: what differs in configuration, data, engine, seed and code, and what in the results.

    Exits with 1 where nothing that went in differs and the results do: something was not recorded, or is not
    deterministic.

    [bold]Examples[/bold]

      quartet trials compare 12 15

      quartet trials compare 12 15 16 --json
    """
    if len(trials) < 2:
        raise ConfigError("trials compare: give at least two trials")
    with TrialLedger.open(ledger, create=False) as opened:
        recorded = [opened.trial(each) for each in trials]
    found = compared(recorded)
    if as_json:
        show_json({"trials": trials, **comparison_json(found)})
    else:
        show_parts(*comparison_parts(trials, found))
    if found.same_recipe and not found.same_result:
        raise typer.Exit(DIFFERENT)


@app.command("rerun")
def rerun_trial(
    trial: TrialId,
    prices: Annotated[
        Path | None, typer.Option("--prices", "-p", metavar="FILE", help="The bars; sample data need no file.")
    ] = None,
    signals: Annotated[
        Path | None,
        typer.Option("--signals", "-s", metavar="FILE", help="A table of signals, where they were no text of a graph."),
    ] = None,
    funding: Annotated[Path | None, typer.Option("--funding", metavar="FILE", help="Its table of funding.")] = None,
    fx: Annotated[Path | None, typer.Option("--fx", metavar="FILE", help="Its quotes of other moneys.")] = None,
    spreads: Annotated[Path | None, typer.Option("--spreads", metavar="FILE", help="Its table of spreads.")] = None,
    ledger: Ledger = None,
    as_json: Json = False,
) -> None:
    """Run a backtest again under its recorded settings, and say whether every bit is the same.

    The run is a trial too. Exits with 1 where the results differ.

    [bold]Examples[/bold]

      quartet trials rerun 12

      quartet trials rerun 12 --prices bars.parquet --json
    """
    # What backtests are made of takes long to load, and the other commands do without.
    from quartet.backtest.rerun import rerun
    from quartet.backtest.signal_files import read_signals, read_table
    from quartet.data.loading import load

    rates = {"funding": funding, "fx": fx, "spreads": spreads}
    with TrialLedger.open(ledger, create=False) as opened:
        again = rerun(
            opened,
            trial,
            prices=None if prices is None else load(prices),
            signals=None if signals is None else read_signals(signals),
            **{name: read_table(path, name) for name, path in rates.items() if path is not None},
        )
    told = {
        "trial": trial,
        "rerun": again.result.trial_id,
        "same": again.same,
        "engine": again.result.engine,
        "outcome": again.result.hashes["result"],
    }
    if as_json:
        show_json(told)
    else:
        words = "the same, bit for bit" if again.same else "NOT the same: quartet trials compare says what differs"
        show_parts(f"Trial {trial} run again as trial {again.result.trial_id} on {again.result.engine}: {words}")
    if not again.same:
        raise typer.Exit(DIFFERENT)
