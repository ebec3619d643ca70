"""Tests of the Python reference engine: hand-computed values, paragraph by paragraph of the specification."""
