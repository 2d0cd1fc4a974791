"""Retries and circuit breakers: pure decisions over ports, no web and no database."""
