"""Tests of quartet.engines, without the engines themselves."""
