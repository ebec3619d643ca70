"""Positions, cash, marks and equity, exact to the last unit."""
