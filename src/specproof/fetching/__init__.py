"""Bringing specifications: from Apifox, a URL, a file or a delivery, within limits and only from permitted addresses."""
