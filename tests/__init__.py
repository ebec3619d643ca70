"""Tests of Quartet: unit, property, conformance, integration, e2e and tidy."""
