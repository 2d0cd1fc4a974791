"""The words of the product as types: events, plans, suites, runs, and the ports between rooms. Pure: no I/O anywhere."""
