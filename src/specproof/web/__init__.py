"""What every web-facing room shares: services, authentication, errors, limits, headers."""
