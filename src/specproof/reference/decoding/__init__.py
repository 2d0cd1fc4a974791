"""The wire: from the bytes of a request to values, and from the values of an answer to bytes.

Written from the standards (OpenAPI's style tables, RFC 3986, 6265, 6570, 7578, 8259) and from nothing else of this project: what
lays requests out shares no line with what reads them here.
"""

from __future__ import annotations

from specproof.reference.decoding.answers import encode_answer
from specproof.reference.decoding.decoded import Decoded, Malformed
from specproof.reference.decoding.requests import RequestDecoder

__all__ = ["Decoded", "Malformed", "RequestDecoder", "encode_answer"]
