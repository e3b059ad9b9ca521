from .scaling import Scaling
from .side_input import SideInput
from .simulated_sirna import simulate_sirna
from .simulated_tf import simulate_tf_binding

__all__ = ["Scaling", "SideInput", "simulate_sirna", "simulate_tf_binding"]
