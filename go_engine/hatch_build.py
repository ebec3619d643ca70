"""Builds the Go binary and ships it as a script of the wheel, so that it lands beside python."""

import os
import platform
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from packaging import tags

BINARY = "quartet-engine-go"


class GoBinary(BuildHookInterface):
    """One static binary per platform; any Python 3 may start it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the binary and register it."""
        folder = tempfile.TemporaryDirectory(prefix="quartet-go-")
        self.folder = folder  # lives until the wheel is written
        binary = Path(folder.name) / BINARY
        environment = os.environ | {"CGO_ENABLED": "0", "GOTOOLCHAIN": "local"}
        command = ["go", "build", "-trimpath", "-ldflags=-s -w", "-o", str(binary), f"./cmd/{BINARY}"]
        subprocess.run(command, cwd=self.root, env=environment, check=True)
        # Static, so no C library limits it: the oldest manylinux tag is true.
        linux = platform.system() == "Linux"
        tag = f"manylinux_2_17_{platform.machine()}" if linux else next(tags.sys_tags()).platform
        build_data["shared_scripts"] = {str(binary): BINARY}
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{tag}"
