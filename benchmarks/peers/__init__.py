"""Our suites and schemathesis against the same real services, counted in the same way."""
