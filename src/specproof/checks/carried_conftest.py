"""Hands the suite's own checks to pytest. The same file in every suite: it finds the ``checks_*`` package that lies beside it."""

import sys
from importlib import import_module
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent
if str(_FOLDER) not in sys.path:  # pytest puts it there in its default import mode only
    sys.path.insert(0, str(_FOLDER))

_plugin = import_module(f"{next(_FOLDER.glob('checks_*')).name}.plugin")

pytest_addoption = _plugin.pytest_addoption
pytest_configure = _plugin.pytest_configure
pytest_collection_modifyitems = _plugin.pytest_collection_modifyitems
pytest_itemcollected = _plugin.pytest_itemcollected
pytest_runtest_protocol = _plugin.pytest_runtest_protocol
pytest_runtest_makereport = _plugin.pytest_runtest_makereport
pytest_sessionfinish = _plugin.pytest_sessionfinish
pytest_terminal_summary = _plugin.pytest_terminal_summary
specproof_suite = _plugin.specproof_suite
api = _plugin.api
