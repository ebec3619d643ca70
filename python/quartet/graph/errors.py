"""The error of a signal graph."""

from quartet.core.errors import ConfigError


class GraphError(ConfigError):
    """A signal graph cannot be: the message names the node and says what to do."""
