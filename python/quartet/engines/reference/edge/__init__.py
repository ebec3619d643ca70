"""Around the rooms: protobuf to settings and commands, snapshots, the in-process interface."""
