"""What the service says of itself: structured logs, and the one redaction that logs and stored headers share."""
