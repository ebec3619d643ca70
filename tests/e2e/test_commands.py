"""The commands end to end: output, JSON, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.commands import ROOT, quartet
from tests.unit.cli.market import write_market

COMMANDS = [
    "run",
    "replay",
    "replay-diff",
    "explain",
    "bench",
    "bench compare",
    "bench growth",
    "engines",
    "doctor",
    "serve",
    "config check",
    "graph show",
    "list",
    "show",
]


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return write_market(tmp_path_factory.mktemp("market"))


def test_help_lists_the_commands_and_the_exit_codes() -> None:
    done = quartet("--help")
    assert done.code == 0
    assert all(name.split()[0] in done.out for name in COMMANDS)
    assert "Exit codes" in done.out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_help_has_an_example(command: str) -> None:
    done = quartet(*command.split(), "--help")
    assert done.code == 0
    assert "Example" in done.out and f"quartet {command}" in done.out
    assert "--json" in done.out


def test_replays_are_equal_and_differences_are_named(market: tuple[Path, Path], tmp_path: Path) -> None:
    config, data = market
    base = ("replay", "--config", config, "--data", data, "--engine", "python")
    one = quartet(*base, "--out", tmp_path / "a")
    two = quartet(
        *base, "--mode", "streaming", "--swap-at", 150, "--swap-to", "python", "--out", tmp_path / "b", "--json"
    )
    assert (one.code, two.code) == (0, 0)
    assert len(two.out.splitlines()) == 1
    assert one.last_json["sha256"] == two.last_json["sha256"]
    assert two.last_json["engine"] == "python>python" and two.last_json["mode"] == "streaming"
    names = {path.name for path in (tmp_path / "a").iterdir()}
    assert {"records.bin", "snapshot.bin", "summary.json", "config.yaml", "fills.parquet", "orders.parquet"} <= names
    assert quartet("replay-diff", tmp_path / "a", tmp_path / "b").code == 0
    other = quartet(*base, "--limit", 300, "--out", tmp_path / "c")
    assert other.code == 0
    differ = quartet("replay-diff", tmp_path / "a", tmp_path / "c" / "records.bin", "--json")
    assert differ.code == 1
    assert json.loads(differ.out)["difference"]["event_index"] >= 300


def test_the_effective_configuration_replays_the_same(market: tuple[Path, Path], tmp_path: Path) -> None:
    config, data = market
    first = quartet("replay", "-c", config, "-d", data, "--out", tmp_path / "a", "--json").last_json
    second = quartet("replay", "-c", tmp_path / "a" / "config.yaml", "-d", data, "--json").last_json
    assert (first["sha256"], first["state_sha256"]) == (second["sha256"], second["state_sha256"])


def test_explain_says_why(market: tuple[Path, Path]) -> None:
    config, data = market
    done = quartet("explain", "-c", config, "-d", data, "--event", 100)
    assert done.code == 0 and "CROSSED" in done.out
    values = json.loads(quartet("explain", "-c", config, "-d", data, "--event", 100, "--json").out)
    assert values["reject"]["code"] == "CROSSED" and values["agrees_with_reference"]


def test_run_prints_and_tells(market: tuple[Path, Path], tmp_path: Path) -> None:
    config, data = market
    page = tmp_path / "deep" / "page.html"
    done = quartet("run", config, "--data", data, "--report", page)
    assert done.code == 0
    assert all(name in done.out for name in ("AAA", "BBB", "Max drawdown", "Sharpe ratio", "Config hash", "python"))
    values = json.loads(quartet("run", config, "--data", data, "--no-report", "--json").out)
    assert values["report"] is None and values["counters"]["fills"] > 0
    assert page.stat().st_size > 1_000_000


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("run", "missing.yaml"), 2, "there is no such file"),
        (("run", "config/replay.yaml"), 2, "--data"),
        (("replay", "-c", "config/replay.yaml", "-d", "missing.csv"), 2, "missing.csv"),
        (("replay", "-c", "config/replay.yaml", "-d", "demo:us_stocks", "--batch", "none"), 2, "--batch"),
        (("replay", "-c", "config/replay.yaml", "-d", "demo:us_stocks", "--swap-at", "5"), 2, "--swap-to"),
        (("replay", "-c", "config/replay.yaml", "-d", "demo:nothing"), 2, "demo set"),
        (("run", "config/demo.yaml", "--engine", "fortran"), 2, "fortran"),
        (("replay-diff", "missing", "missing"), 2, "records.bin"),
        (("serve", "-e", "python", "-l", "nowhere"), 2, "HOST:PORT"),
    ],
)
def test_what_is_wrong_is_said(arguments: tuple[str, ...], code: int, message: str) -> None:
    done = quartet(*arguments, "--json")
    assert done.code == code
    assert message in done.err
    assert json.loads(done.out)["error"]["exit_code"] == code


def test_a_wrong_key_names_its_line(tmp_path: Path) -> None:
    config, data = write_market(tmp_path)
    config.write_text(config.read_text() + "risk: {}\n")
    done = quartet("run", config, "--data", data)
    assert done.code == 2
    assert f"small.yaml:{len(config.read_text().splitlines())}: risk" in done.err


def test_a_missing_engine_has_its_code() -> None:
    done = quartet("run", "config/demo.yaml", "--engine", "go", QUARTET_GO_ENGINE="/nowhere/at/all")
    assert done.code == 3
    assert "correct or unset it" in done.err


def test_small_commands() -> None:
    engines = json.loads(quartet("engines", "--no-test", "--json").out)
    assert [each["name"] for each in engines["engines"]] == ["rust", "cpp", "go", "python"]
    assert quartet("config", "check", ROOT / "config" / "demo.yaml").code == 0
    assert json.loads(quartet("config", "schema").out)["title"]
    graph = json.loads(quartet("graph", "show", "config/demo.yaml", "--json").out)
    assert graph["nodes"][graph["outputs"]["score"]]["operator"]
    doctor = quartet("doctor", "--json")
    checks = json.loads(doctor.out)["checks"]
    assert doctor.code == (1 if any(check["outcome"] == "failed" for check in checks) else 0)
    assert all(check["fix"] for check in checks if check["outcome"] != "ok")


def test_bench_compares_and_times(tmp_path: Path) -> None:
    report, page = tmp_path / "report.json", tmp_path / "page.html"
    names = "W1,W1-orders,latency,edges,C2"
    sizes = ("--events", "2000", "--symbols", "1,3", "--runs", "1", "--quick")
    bench = ("bench", "--engines", "python", "--workload", names, *sizes, "--save", report, "--html", page)
    done = quartet(*bench, "--json")
    assert done.code == 0, done.err
    values = json.loads(done.out)
    rows = {(row["workload"], row["symbols"]): row for row in values["rows"]}
    wanted = {("W1", 1), ("W1", 3), ("W1-orders", 1), ("latency", 1), ("C2", 10)}
    edges = {(f"edges-{name}", 100) for name in ("columns", "arrow", "arrow-floats", "arrow-units")}
    assert rows.keys() == wanted | edges
    for row in rows.values():
        assert row["equal"] and row["ns_per_quote_min"] <= row["ns_per_quote"] <= row["ns_per_quote_max"]
        assert row["engine"] == "python" and row["threads"] == 1
    assert rows["W1", 1]["orders"] > 0 and rows["W1-orders", 1]["ns_per_order"] > 0
    assert values["machine"]["cores"] and values["engines"]["python"]
    assert json.loads(report.read_text()) == values
    assert "Quartet benchmark" in page.read_text()
    same = quartet("bench", "compare", report, report, "--json")
    assert same.code == 0 and not same.last_json["regression"]
    assert all(row["verdict"] == "same" for row in same.last_json["rows"])


def test_bench_reads_data_files(market: tuple[Path, Path]) -> None:
    config, data = market
    done = quartet("bench", "--engines", "python", "--workload", data, "--config", config, "--runs", "1", "--json")
    assert done.code == 0, done.err
    [row] = done.last_json["rows"]
    assert row["workload"] == data.name and row["events"] > 0 and row["equal"]


def test_bench_refuses_what_it_cannot_run() -> None:
    assert "neither a file nor a workload" in quartet("bench", "--workload", "W99").err
    assert quartet("bench", "--threads", "many").code == 2
    assert quartet("bench", "--pin", "4095").code == 2
