"""The battery: what must hold of everything that is registered."""
