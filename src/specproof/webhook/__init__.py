"""The doors: deliveries of every source, and the API of the founding document."""
