"""What the strategies share when they plan: requests, the scene that a case needs, the stories of a record."""
