"""Tests of quartet.core."""
