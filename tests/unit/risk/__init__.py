"""Measures of risk and reward against hand-computed values, laws, and other libraries."""
