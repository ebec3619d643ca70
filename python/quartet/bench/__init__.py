"""Floor 7: the benchmarks. What is run (quotes, streams, workloads, plan), how it is timed (equality, measuring,
orders, open_loop, edges, rpc, growth), what is said of it (row, noise, report, compare, tables, page, readme).

What belongs here: times and their conditions. An engine whose records are not equal to the others' gets no time.
"""
