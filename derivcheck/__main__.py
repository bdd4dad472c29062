"""``python -m derivcheck`` and the ``derivcheck`` command."""

from __future__ import annotations

import io
import os
import sys


def run() -> None:
    """Run the command line; a defect of derivcheck itself becomes exit code 3."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by who started this process
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115

    from derivcheck.cli.common import DEFECT, INTERRUPTED, UsageError, drop_standard_output
    from derivcheck.report.escape import inert, plain

    try:
        from derivcheck.cli.app import app

        sys.exit(app(prog_name="derivcheck", standalone_mode=False))
    except UsageError as error:
        told = io.StringIO()
        error.show(told)
        lines = [plain(line) for line in told.getvalue().split("\n")[:-1]]
        sys.stderr.write(inert("".join(f"{line}\n" for line in lines)))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        drop_standard_output()
        sys.exit(0)
    except Exception as error:
        if {"-v", "--verbose"} & set(sys.argv):
            import traceback

            traceback.print_exc()
        from derivcheck.cli.common import defect_message

        sys.stderr.write(defect_message(error, sys.argv[1:]))
        sys.exit(DEFECT)


def main() -> None:
    """:func:`run` as the whole of a process.

    Ends without taking apart, module by module, what was imported (mypy does the same): that
    takes as long as checking ten formulas.
    """
    try:
        run()
    except SystemExit as end:
        workers = sys.modules.get("multiprocessing")
        if not isinstance(end.code, int) or (workers and workers.active_children()):
            raise
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        except OSError:
            raise end from None
        os._exit(end.code)


if __name__ == "__main__":
    main()
