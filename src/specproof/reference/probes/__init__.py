"""Conversations with a server that show whether another one differs from it, without knowing what is right."""

from __future__ import annotations

from specproof.reference.probes.curl import as_curl
from specproof.reference.probes.differ import Difference, Prober, Probing, differ
from specproof.reference.probes.library import Conversations, conversations
from specproof.reference.probes.steps import Conversation

__all__ = ["Conversation", "Conversations", "Difference", "Prober", "Probing", "as_curl", "conversations", "differ"]
