"""SpecProof: from a change of an API specification to a pytest suite that has run."""

__version__ = "0.1.0"
