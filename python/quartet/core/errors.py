"""The errors of Quartet: one family, so that a caller can catch everything of ours by one name."""

from __future__ import annotations

from quartet.core.contract import Code, ErrorCode


class QuartetError(Exception):
    """Base of all errors that Quartet raises on purpose."""


class ConfigError(QuartetError):
    """A configuration has an unknown key, or a value that cannot be."""


class DataError(QuartetError):
    """Data is missing, damaged, or not of its schema."""


class EngineUnavailable(QuartetError):
    """An engine was asked for that is not built or cannot be reached."""


class EngineError(QuartetError):
    """An engine refused a call before anything changed (spec 12.1)."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(code, message)
        self.code = ErrorCode(code)
        self.message = message

    def __str__(self) -> str:
        return f"{self.code.name}: {self.message}"


class RiskHalt(QuartetError):
    """Trading was halted by a limit; code is that of the HALT record."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(code, message)
        self.code = Code(code)
        self.message = message

    def __str__(self) -> str:
        return f"{self.code.name}: {self.message}"
