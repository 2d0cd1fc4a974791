"""What a document lacks for good tests: rules over the typed model, and a figure of how testable it is."""
