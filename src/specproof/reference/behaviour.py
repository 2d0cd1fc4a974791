"""How the reference decides at each point of a request. A mutant or a variant is a subclass that decides one point otherwise.

The server calls these methods in this order; each may end the request by returning an :class:`Answer`::

    unrouted | undeclared_method                      no such path | the path has no such method
    principal                                         who asks: 401
    not_acceptable, unsupported_media_type            406, 415
    decoded                                           bytes to values: 400 for malformed bodies
    contract, problems, refusal                       what a request must satisfy, what it breaks, the answer to that
    performed                                         the operation itself, by its role; calls the methods on records below
    finished                                          whatever was answered, refusals too: the last word on the answer
    encoded                                           the bytes: the last word on the reply

Methods on records (called from ``performed``)::

    conflict, created, replaced, patched, deleted     writes
    found, visible, selected, ordered, page           reads
    shown                                             a record as the JSON value of an answer

A mutant of one operation asks ``call.operation.key`` first and otherwise defers to ``super()``.
"""

from __future__ import annotations
