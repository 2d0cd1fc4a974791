"""Trees of JSON values to the typed model: operations and all that they are made of."""
