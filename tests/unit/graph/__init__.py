"""The signal-graph language and its compiler."""
