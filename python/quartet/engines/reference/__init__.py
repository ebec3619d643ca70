"""The Python reference engine: the specification that runs, written to be read."""

from quartet.core.errors import EngineError
from quartet.engines.reference.edge.binding import Engine, build, contract_hash, version

__all__ = ["Engine", "EngineError", "build", "contract_hash", "version"]
