"""Where progress bars are shown."""

import io
import sys
import types

import pytest

from deepchem_genomics.runs import progress
from deepchem_genomics.runs.progress import progress_bar


class Terminal(io.StringIO):
    def isatty(self):
        return True


def notebook():
    """Return what stands for IPython in a notebook's kernel."""
    return types.SimpleNamespace(get_ipython=lambda: types.SimpleNamespace(config={"IPKernelApp": {}}))


@pytest.mark.parametrize(
    ("show", "stderr", "in_notebook", "shown"),
    [
        (None, io.StringIO, False, False),
        (None, Terminal, False, True),
        (None, io.StringIO, True, True),
        (True, io.StringIO, False, True),
        (False, Terminal, True, False),
    ],
)
def test_progress_bar__is_shown_on_a_terminal_in_a_notebook_or_where_asked_for(
    monkeypatch, recwarn, show, stderr, in_notebook, shown
):
    written = stderr()
    monkeypatch.setattr(sys, "stderr", written)
    monkeypatch.setattr(progress, "DELAY", 0)
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    if in_notebook:
        monkeypatch.setitem(sys.modules, "IPython", notebook())
    with progress_bar("trials", "trial", 3, show, of=range(3), done=0) as bar:
        assert list(bar) == [0, 1, 2]
    assert ("trials" in written.getvalue()) == shown
    assert not recwarn.list
