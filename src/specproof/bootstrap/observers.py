"""Who is told of what attempts bring: always the log, and the configured webhook."""

from __future__ import annotations

import structlog

from specproof.bootstrap.policies import fetch_limits
from specproof.domain.ports import Clock, PipelineObserver
from specproof.fetching.address_policy import AddressPolicy
from specproof.fetching.http_client import HttpCaller
from specproof.fetching.sender import post_sender
from specproof.notifications.log_notifier import LogNotifier
from specproof.notifications.webhook_notifier import WebhookNotifier, WebhookTarget
from specproof.pipeline.event_bus import NotifyingObserver
from specproof.settings.sections import Settings


def observers(settings: Settings, clock: Clock) -> tuple[PipelineObserver, ...]:
    """The observers of the pipeline. Raises ``SettingsError`` for an address that cannot be allowed."""
    log = NotifyingObserver(LogNotifier(structlog.get_logger("specproof.notifications")))
    notify = settings.notify
    if not notify.webhook_url:
        return (log,)
    addresses = AddressPolicy.parse(notify.allowed_addresses)
    caller = HttpCaller(limits=fetch_limits(settings))

    secret = notify.webhook_secret.get_secret_value() if notify.webhook_secret else ""
    webhook = WebhookNotifier(WebhookTarget(notify.webhook_url, secret), send=post_sender(caller, addresses), now=clock.now)
    return (log, NotifyingObserver(webhook))
