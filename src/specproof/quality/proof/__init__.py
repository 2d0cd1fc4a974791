"""The proof of a suite: its rendered files run against the reference of its document, the reference's mutants and its legal variants."""
