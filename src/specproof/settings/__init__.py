"""Settings: frozen sections, ``SPECPROOF_<SECTION>__<FIELD>``, a ``.env`` file, and the founding document's names as aliases.

Only ``cli`` and ``main`` build them; below ``bootstrap`` code receives small policy values.
"""
