"""A local stand-in of Apifox's export endpoint: headers, errors and the bare document, as the real one is known to behave."""
