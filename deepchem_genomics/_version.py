"""The package's version, alone, so that setup.cfg reads it without importing anything."""

__version__ = "0.2.0.dev0"
