"""The reference with one fault: every operator, instantiated from a document wherever its condition holds."""
