"""The columnar mode: an engine's decisions, fills and money over whole columns, in the same integers.

What belongs here: what hands plans to the compiled kernel and reads what it wrote.
"""
