"""What a suite carries, verbatim: the wire, the client and the checks. It imports nothing of the product."""
