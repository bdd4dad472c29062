"""``derivcheck schema``: the JSON Schema of a formula file."""

from __future__ import annotations

import json

from derivcheck.cli.common import say


def schema() -> None:
    """Print the JSON Schema of a formula file, for editors.

    Save it, and begin a formula file with this line to have the YAML language server use it:

    # yaml-language-server: $schema=derivcheck.schema.json
    """
    from derivcheck.collection.schema import json_schema

    say(json.dumps(json_schema(), indent=2) + "\n")
