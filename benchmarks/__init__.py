"""How fast the package is beside others, and what it needs: ``python -m benchmarks`` measures and writes the page.

:mod:`~benchmarks.contest` lets contenders take turns and compares them within a round, :mod:`~benchmarks.peers` keeps
each in a process of its own where they cannot share one, :mod:`~benchmarks.record` collects what a section found,
:mod:`~benchmarks.page` writes ``docs/performance.md`` of it. The other modules are the sections, listed in
:mod:`~benchmarks.sections`: each has ``run(record, settings)``.
"""
