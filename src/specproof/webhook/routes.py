"""All routes of the API, in one tuple."""

from __future__ import annotations

from fastapi import APIRouter

from specproof.webhook.deliveries import Deliveries
from specproof.webhook.event_routes import event_router
from specproof.webhook.status_routes import status_router
from specproof.webhook.suite_routes import suite_router


def api_routers() -> tuple[APIRouter, ...]:
    """A fresh set of routers: deliveries, status, events, suites and runs."""
    return (Deliveries().router(), status_router(), event_router(), suite_router())
