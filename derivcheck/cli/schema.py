"""``derivcheck schema``: the JSON Schema of a formula file."""

from __future__ import annotations

from derivcheck.cli.common import write_out
from derivcheck.cli.options import command


@command("schema")
def schema() -> None:
    """Print the JSON Schema of a formula file, for editors.

    Save it as derivcheck.schema.json, and begin a formula file with this line to have the YAML
    language server use it:

    \b
    # yaml-language-server: $schema=derivcheck.schema.json
    """
    from derivcheck.collection.format import SCHEMA_FILE

    write_out(SCHEMA_FILE.read_text("utf-8"))
