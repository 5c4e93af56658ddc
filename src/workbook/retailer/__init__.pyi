from .core.world import generate

__all__ = ["generate"]
