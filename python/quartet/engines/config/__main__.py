"""python -m quartet.engines.config [ROOT]: writes the schema, the reference page and config/engine.yaml below ROOT."""

import sys
from pathlib import Path

from quartet.engines.config.pages import write_pages

if __name__ == "__main__":
    for changed in write_pages(Path(sys.argv[1] if len(sys.argv) > 1 else ".")):
        print(changed)
