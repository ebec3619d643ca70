"""The configuration: exact numbers, layers, errors, and the message that engines get."""
