"""``derivcheck list``: ids, names, sections, tags; nothing is checked."""

from __future__ import annotations

import json
import textwrap
from typing import Annotated

from derivcheck.cli import common
from derivcheck.cli.options import Keyword, Targets, command, formats
from derivcheck.collection.formula import Formula
from derivcheck.report.escape import plain


@command("list")
def list_(
    targets: Targets = None,
    keyword: Keyword = None,
    form: Annotated[str, formats(("table", "json"), "Format of the list.")] = "table",
) -> None:
    """List formulas: ids, names, sections, tags.

    Nothing is checked. No TARGET lists every bundled collection.
    """
    from derivcheck.cli.filter import entry_filter
    from derivcheck.collection.targets import load

    keep = entry_filter(keyword)
    entries = []
    code = common.OK
    with common.open_cache() as cache:
        for loaded in load(common.resolve(targets or (), cache), cache):
            if not isinstance(loaded, Formula):
                common.write_error(common.problem_line(loaded))
                code = common.UNUSABLE
            elif keep is None or keep(loaded):
                entries.append(loaded)
    common.write_out(_json(entries) if form == "json" else _table(entries, common.width()))
    common.exit_with(code)


def _json(entries: list[Formula]) -> str:
    found = [
        {
            "collection": entry.collection,
            "id": entry.id,
            "name": entry.name,
            "section": entry.section,
            "tags": list(entry.tags),
            "file": entry.file,
            "line": entry.line,
        }
        for entry in entries
    ]
    return json.dumps(found, indent=1, ensure_ascii=True) + "\n"


def _table(entries: list[Formula], columns: int) -> str:
    lines: list[str] = []
    for collection in dict.fromkeys(entry.collection for entry in entries):
        own = [entry for entry in entries if entry.collection == collection]
        title = f": {plain(own[0].title)}" if own[0].title else ""
        lines += ["", *textwrap.wrap(f"{collection}{title} ({len(own)})", columns)]
        indent = min(16, max(len(entry.id) for entry in own)) + 4
        section = ""
        for entry in own:
            if entry.section != section:
                section = entry.section
                lines.append(f"  {plain(section)}")
            tags = f" [{', '.join(map(plain, entry.tags))}]" if entry.tags else ""
            head = f"    {plain(entry.id)}".ljust(indent) + "  "
            text = f"{plain(entry.name)}{tags}"
            lines += textwrap.wrap(
                text,
                columns,
                initial_indent=head,
                subsequent_indent=" " * (indent + 2),
                break_on_hyphens=False,
            ) or [head.rstrip()]
    total = len(entries)
    lines += ["", "1 formula" if total == 1 else f"{total} formulas"]
    return "\n".join(lines[1:] if lines[0] == "" else lines) + "\n"
