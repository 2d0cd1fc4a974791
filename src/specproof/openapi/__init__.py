"""Specifications: bytes in, a typed :class:`~specproof.openapi.model.ApiSpec` and findings out."""
