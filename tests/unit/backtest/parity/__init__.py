"""Both modes and all engines give the same numbers."""
