"""Floor 0: ids, time, fixed point, errors, config base, registry, generated protobuf."""
