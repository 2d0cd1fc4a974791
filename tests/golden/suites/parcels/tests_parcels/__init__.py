"""The tests of this suite."""
