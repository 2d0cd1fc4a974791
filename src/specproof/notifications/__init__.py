"""Telling people what changed and what broke: by a signed webhook, and in the log."""
