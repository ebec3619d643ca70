"""Which value counts: command line over environment over the environment's file over the file over the default."""

import itertools
from decimal import Decimal
from pathlib import Path

import pytest

from quartet.core.errors import ConfigError
from quartet.engines.config import EngineSettings, load_engine_config
from quartet.engines.config.environment import VARIABLES
from quartet.engines.config.pages import PRECEDENCE

# By layer, highest first: the order of the page.
LAYERS = [name for name, _ in PRECEDENCE]
COMMAND_LINE, ENVIRONMENT, ENVIRONMENT_YAML, BASE_YAML, DEFAULT = LAYERS


def settings_with(folder: Path, given: set[str], key: str, values: dict[str, str], variable: str) -> EngineSettings:
    """Load with the key given in the layers of `given`."""
    block, name = key.split(".")
    (folder / "staging").mkdir(exist_ok=True)
    for layer, path in {
        BASE_YAML: folder / "engine.yaml",
        ENVIRONMENT_YAML: folder / "staging" / "engine.yaml",
    }.items():
        path.write_text(f"{block}: {{{name}: {values[layer]}}}" if layer in given else "")
    environ = {"QUARTET_ENVIRONMENT": "staging"}
    if ENVIRONMENT in given:
        environ[variable] = values[ENVIRONMENT]
    overrides = {key: values[COMMAND_LINE]} if COMMAND_LINE in given else {}
    return load_engine_config(folder / "engine.yaml", overrides=overrides, environ=environ)


MATRIX = {
    "engine.type": (
        {COMMAND_LINE: "cpp", ENVIRONMENT: "go", ENVIRONMENT_YAML: "python", BASE_YAML: "auto", DEFAULT: "rust"},
        "ENGINE_TYPE",
    ),
    "risk_management.max_drawdown": (
        {COMMAND_LINE: "0.05", ENVIRONMENT: "0.06", ENVIRONMENT_YAML: "0.07", BASE_YAML: "0.08", DEFAULT: "0.10"},
        "MAX_DRAWDOWN",
    ),
    "performance.enable_simd": (
        {COMMAND_LINE: "false", ENVIRONMENT: "true", ENVIRONMENT_YAML: "false", BASE_YAML: "true", DEFAULT: "true"},
        "ENABLE_SIMD",
    ),
    "performance.memory_pool_size_mb": (
        {COMMAND_LINE: "64", ENVIRONMENT: "65", ENVIRONMENT_YAML: "66", BASE_YAML: "67", DEFAULT: "1024"},
        "MEMORY_POOL_SIZE_MB",
    ),
}


@pytest.mark.parametrize("key", MATRIX)
@pytest.mark.parametrize("given", [c for n in range(5) for c in itertools.combinations(LAYERS[:-1], n)], ids=" + ".join)
def test_the_highest_layer_wins(tmp_path: Path, key: str, given: tuple[str, ...]) -> None:
    values, variable = MATRIX[key]
    settings = settings_with(tmp_path, set(given), key, values, variable)
    winner = next(layer for layer in LAYERS if layer in {*given, DEFAULT})
    block, name = key.split(".")
    value = getattr(getattr(settings, block), name)
    expected = values[winner]
    assert value == {"true": True, "false": False}.get(
        expected, Decimal(expected) if isinstance(value, Decimal) else type(value)(expected)
    )
    origin = {
        COMMAND_LINE: "override",
        ENVIRONMENT: f"environment variable {variable}",
        ENVIRONMENT_YAML: f"{tmp_path / 'staging' / 'engine.yaml'}:1",
        BASE_YAML: f"{tmp_path / 'engine.yaml'}:1",
        DEFAULT: "default",
    }
    assert settings.origin(key) == origin[winner]


def test_layers_merge_blocks_and_replace_lists(tmp_path: Path) -> None:
    (tmp_path / "live").mkdir()
    (tmp_path / "engine.yaml").write_text(
        "data:\n  files: [a, b]\n  symbols: [X]\ninstruments:\n- {symbol: X, tik: 1}\n"
    )
    (tmp_path / "live" / "engine.yaml").write_text("data: {files: [c]}\ninstruments: [{symbol: Y}]\n")
    settings = load_engine_config(tmp_path / "engine.yaml", environ={"QUARTET_ENVIRONMENT": "live"})
    assert (settings.data.files, settings.data.symbols) == (["c"], ["X"])
    assert [entry.symbol for entry in settings.instruments] == ["Y"]
    with pytest.raises(ConfigError, match=r"engine\.yaml:5: instruments\[0\]\.tik"):
        load_engine_config(tmp_path / "engine.yaml", environ={})


def test_a_missing_file_of_the_environment_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "engine.yaml").write_text("")
    with pytest.raises(ConfigError, match=r"nowhere.engine\.yaml: cannot be read"):
        load_engine_config(tmp_path / "engine.yaml", environ={"QUARTET_ENVIRONMENT": "nowhere"})


def test_overrides_are_nested_or_dotted_and_read_as_yaml(tmp_path: Path) -> None:
    path = tmp_path / "engine.yaml"
    path.write_text("")
    overrides = {
        "data.files": "[a, b]",
        "account": {"initial_cash": "5.5"},
        "risk_management.max_drawdown": None,
        "report.path": "null",
    }
    settings = load_engine_config(path, overrides=overrides, environ={})
    assert settings.data.files == ["a", "b"]
    assert settings.account.initial_cash == Decimal("5.5")
    assert settings.risk_management.max_drawdown is None
    assert settings.report.path is None
    with pytest.raises(ConfigError, match=r"^override: risk_management\.max_drawdon = 0.1: unknown key, did you mean"):
        load_engine_config(path, overrides={"risk_management.max_drawdon": 0.1}, environ={})


def test_the_process_environment_counts_by_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "engine.yaml"
    path.write_text("")
    monkeypatch.setenv("ENGINE_TYPE", "go")
    assert load_engine_config(path).engine.type == "go"


@pytest.mark.parametrize("name", VARIABLES)
def test_every_variable_reaches_its_key(tmp_path: Path, name: str) -> None:
    samples = {
        "ENGINE_TYPE": "go",
        "MAX_THREADS": "1",
        "MEMORY_POOL_SIZE_MB": "32",
        "ENABLE_SIMD": "No",
        "LOG_LEVEL": "ERROR",
        "LOG_FILE": "x.log",
    }
    path = tmp_path / "engine.yaml"
    path.write_text("")
    settings = load_engine_config(path, environ={name: samples.get(name, "0.01")})
    block, key = VARIABLES[name].path
    value = getattr(getattr(settings, str(block)), str(key))
    assert value == {"MAX_THREADS": 1, "MEMORY_POOL_SIZE_MB": 32, "ENABLE_SIMD": False}.get(
        name, samples.get(name, Decimal("0.01"))
    )
    assert (
        load_engine_config(path, environ={name: "  "}).config_hash == load_engine_config(path, environ={}).config_hash
    )


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("1", True), ("YES", True), ("false", False), ("0", False), ("no", False)]
)
def test_booleans_of_the_environment(tmp_path: Path, text: str, value: bool) -> None:
    (tmp_path / "engine.yaml").write_text("")
    assert load_engine_config(tmp_path / "engine.yaml", environ={"ENABLE_SIMD": text}).performance.enable_simd is value


@pytest.mark.parametrize(
    ("name", "text", "rule"),
    [
        ("ENABLE_SIMD", "maybe", "must be true or false"),
        ("MAX_THREADS", "many", "must be a whole number"),
        ("MAX_THREADS", "1.5", "must be a whole number"),
        ("MAX_THREADS", "0", "must be at least 1"),
        ("MAX_DRAWDOWN", "ten", "must be a plain decimal"),
        ("MAX_DRAWDOWN", "0", "must be above 0"),
        ("ENGINE_TYPE", "ruts", "did you mean 'rust'"),
        ("LOG_LEVEL", "LOUD", "must be one of DEBUG"),
    ],
)
def test_bad_variables_are_named(tmp_path: Path, name: str, text: str, rule: str) -> None:
    (tmp_path / "engine.yaml").write_text("")
    with pytest.raises(ConfigError, match=f"^environment variable {name}: .*{rule}"):
        load_engine_config(tmp_path / "engine.yaml", environ={name: text})


LIMITS = {"MAX_DRAWDOWN": "risk_management.max_drawdown", "MAX_PORTFOLIO_VAR": "risk_management.max_portfolio_var"}
APPROVED = {"ALLOW_RISK_LOOSENING": "1", "RISK_LOOSENING_APPROVAL": "committee 2025-03-04"}


@pytest.mark.parametrize(("name", "key"), LIMITS.items())
@pytest.mark.parametrize(
    ("below", "variable", "flags", "passes"),
    [
        ("0.04", "0.03", {}, True),
        ("0.04", "0.04", {}, True),
        ("0.04", "0.041", {}, False),
        (None, "0.011", {}, True),
        (None, "0.9", {}, False),
        ("null", "0.9", {}, True),
        ("0.04", "0.05", {"ALLOW_RISK_LOOSENING": "1"}, False),
        ("0.04", "0.05", {"RISK_LOOSENING_APPROVAL": "x"}, False),
        ("0.04", "0.05", APPROVED | {"ALLOW_RISK_LOOSENING": "true"}, False),
        ("0.04", "0.05", APPROVED, True),
    ],
)
def test_the_environment_only_tightens(
    tmp_path: Path, name: str, key: str, below: str | None, variable: str, flags: dict[str, str], passes: bool
) -> None:
    block, inner = key.split(".")
    path = tmp_path / "engine.yaml"
    path.write_text("" if below is None else f"{block}: {{{inner}: {below}}}")
    if not passes:
        with pytest.raises(
            ConfigError, match=f"^environment variable {name}: {key} = {variable}: the environment may only tighten"
        ):
            load_engine_config(path, environ={name: variable} | flags)
        return
    settings = load_engine_config(path, environ={name: variable} | flags)
    assert getattr(settings.risk_management, inner) == Decimal(variable)
    assert settings.approval == ("committee 2025-03-04" if flags else "")


def test_the_command_line_may_loosen(tmp_path: Path) -> None:
    (tmp_path / "engine.yaml").write_text("")
    settings = load_engine_config(
        tmp_path / "engine.yaml", overrides={"risk_management.max_drawdown": "0.5"}, environ={"MAX_DRAWDOWN": "0.01"}
    )
    assert settings.risk_management.max_drawdown == Decimal("0.5")
