"""A small sample API: authors, books and orders, in memory, with a document as Apifox exports it and switchable bugs."""
