"""The value engine: seeded values, proven before they are used."""
