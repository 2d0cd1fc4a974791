"""What a suite is worth before it runs: static rules over its files. Nothing here imports or executes a suite's code."""
