"""The common ground of the rooms: settings, state, output records."""
