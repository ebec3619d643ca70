"""The engine mode: the plan as events and commands of any of the four engines, and its records as an outcome.

What belongs here: what is fed, the configuration that it is fed to, and what is read back. Nothing decides here.
"""
