import doctest
import importlib
import pkgutil
import subprocess
import sys

import pytest

import byhand.show

MODULES = [module.name for module in pkgutil.iter_modules(byhand.show.__path__, "byhand.show.")]


def test_all_public_names_are_there_and_documented() -> None:
    assert len(byhand.show.__all__) == len(set(byhand.show.__all__))
    for name in byhand.show.__all__:
        shown = getattr(byhand.show, name)
        assert shown is byhand.show.PALETTE or shown.__doc__, name
        assert f"byhand.show.{name}" not in MODULES, "a module is hidden by what it defines"


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_in_docstrings_are_true(module: str) -> None:
    assert doctest.testmod(importlib.import_module(module)).failed == 0


def test_numpy_alone_is_enough_until_something_is_plotted() -> None:
    code = f"""
import sys
sys.modules["matplotlib"] = None
for name in {MODULES!r}:
    __import__(name)
from byhand.show import network, samples
from byhand.worked import churn
samples(churn.trace(), churn.y), network(churn.network(), churn.trace())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not done.stdout
