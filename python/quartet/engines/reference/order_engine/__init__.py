"""Decisions, desires, orders and their states (spec 9, 10)."""
