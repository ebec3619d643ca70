"""What a strategy is put through: scenarios that change its costs or its market, one table, one verdict.

What belongs here: scenarios (registered under the kind `scenario`), each a function from a `Case` to a `Case`.
"""
