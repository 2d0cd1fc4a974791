"""A conforming server derived from a specification alone, its mutants and its legal variants."""
