"""Benchmarks: `./run bench NAME`. Tables side by side, medians, peers in the same run, CPU time."""
