"""Phase one: sources, operators, the program, the verdict (spec 3, 4)."""
