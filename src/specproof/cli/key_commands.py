"""``keys``: API keys of the service."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

from specproof.cli.exit_codes import ExitCode
from specproof.cli.output import Output, table
from specproof.cli.session import database
from specproof.domain.repositories import AuditEntry
from specproof.errors import NotFoundError


async def create(name: str, scopes: list[str], project: str, days: int, output: Output) -> int:
    """Create a key and show it, once."""
    from specproof.web.authentication import create_api_key

    now = datetime.now(UTC)
    expires_at = now + timedelta(days=days) if days else None
    key = create_api_key(
        name, sorted(set(scopes)), now=now, random_bytes=secrets.token_bytes, project=project, expires_at=expires_at
    )
    async with database() as db, db.unit_of_work() as uow:
        await uow.api_keys.add(key.view, key.secret_sha256)
        await uow.audit.add(AuditEntry(actor="command line", operation="keys.create", subject=key.view.key_id, detail=name))
        await uow.commit()
    document = {"key": key.token, "key_id": key.view.key_id, "name": name, "scopes": list(key.view.scopes), "project": project}
    output.result(document, [key.token, f"scopes: {', '.join(key.view.scopes)}. It is shown only now."])
    return ExitCode.DONE


async def list_keys(output: Output) -> int:
    """Every key, without its secret."""
    async with database() as db, db.unit_of_work() as uow:
        keys = await uow.api_keys.all()
    documents = [
        {
            "key_id": key.key_id,
            "name": key.name,
            "scopes": list(key.scopes),
            "project": key.project,
            "created_at": key.created_at.isoformat(),
            "expires_at": key.expires_at.isoformat() if key.expires_at else None,
            "last_used_at": key.last_used_at.isoformat() if key.last_used_at else None,
            "revoked": key.is_revoked,
        }
        for key in keys
    ]
    rows = [
        (key.key_id, key.name, ",".join(key.scopes), key.project or "all", "revoked" if key.is_revoked else "valid")
        for key in keys
    ]
    lines = table(rows, ("id", "name", "scopes", "project", "state")) if rows else ["no keys"]
    output.result({"keys": documents}, lines)
    return ExitCode.DONE


async def revoke(key_id: str, output: Output) -> int:
    """Make a key worthless."""
    async with database() as db, db.unit_of_work() as uow:
        if not await uow.api_keys.revoke(key_id):
            raise NotFoundError(f"there is no key {key_id}", hint="specproof keys list")
        await uow.audit.add(AuditEntry(actor="command line", operation="keys.revoke", subject=key_id))
        await uow.commit()
    output.result({"revoked": key_id}, [f"key {key_id} is revoked"])
    return ExitCode.DONE
