from .execution import Execution, Failure, Work

__all__ = ["Execution", "Failure", "Work"]
