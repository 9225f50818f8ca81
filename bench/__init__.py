"""Benchmarks: `./run bench NAME`. Medians of several runs, peers in the same run, CPU time."""
