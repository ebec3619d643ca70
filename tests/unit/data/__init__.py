"""Tests of quartet.data."""
