"""One sandbox that tests share: loading the libraries takes longer than preparing a small city.

It is open as long as the tests run: see conftest.py.
"""

from __future__ import annotations

from layers.process.sandbox import Sandbox

SANDBOX = Sandbox()
