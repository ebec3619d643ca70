"""The configuration of an engine and of what surrounds it: YAML in, checked settings and the engine's message out.

What belongs here: keys with their units, bounds and defaults; where values come from and which one counts;
exact conversion. What an engine does with them is in docs/engine-spec.md.
"""

from quartet.engines.config.configuration import Configuration
from quartet.engines.config.settings import EngineSettings, Variants, engine_settings, load_engine_config

__all__ = ["Configuration", "EngineSettings", "Variants", "engine_settings", "load_engine_config"]
