"""From an :class:`~specproof.openapi.model.ApiSpec` to a plan, and from a plan to files. Starts nothing, writes nothing."""
