"""The command line: one file a command, which wires and decides nothing."""
