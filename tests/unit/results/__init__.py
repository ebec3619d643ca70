"""Tests of records, results, coverage and replay differences."""
