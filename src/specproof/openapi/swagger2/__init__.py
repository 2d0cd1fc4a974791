"""Swagger 2.0 documents as OpenAPI 3.0 trees."""
