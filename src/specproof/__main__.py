"""``python -m specproof``."""

from specproof.cli import main

main()
