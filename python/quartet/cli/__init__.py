"""Floor 7: the commands. One small file each; what they share is in console, options, inputs, engine_run and failures.

What belongs here: what a user types and reads. Anything that another program could want is on a lower floor.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from quartet.core.lazy import lazy_names

if TYPE_CHECKING:
    from quartet.cli.commands import app

__all__ = ["app", "main"]
__getattr__ = lazy_names(globals(), {"app": "quartet.cli.commands"})


def main() -> None:
    """The console script."""
    # Loading all commands takes a moment, in which one may be interrupted too.
    try:
        from quartet.cli.commands import app

        app()
    except KeyboardInterrupt:
        sys.exit(130)
