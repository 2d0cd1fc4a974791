"""The expected suites are read here, not run: ``tests/generated`` runs suites."""

collect_ignore = ["suites"]
