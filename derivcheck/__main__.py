"""``python -m derivcheck`` and the ``derivcheck`` command."""

from __future__ import annotations

# what `signal` is made of: that module makes enums first, which takes longer than all the rest
import _signal  # type: ignore[import-not-found]  # CPython and PyPy have it, typeshed not
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType


def _leave_at_once(number: int, frame: FrameType | None) -> None:
    """An interrupt before anything is begun: there is nothing to tell, nor to tidy up."""
    os.write(2, b"interrupted\n")
    os._exit(130)


if sys.argv and os.path.basename(sys.argv[0]) in ("derivcheck", "derivcheck.exe", "__main__.py"):
    # from the first moment on: what is imported from here to the command takes a while
    _signal.signal(_signal.SIGINT, _leave_at_once)


def _is_homeless() -> bool:
    """Whether the current folder was removed."""
    try:
        os.getcwd()
    except FileNotFoundError:
        return True
    return False


def run() -> None:
    """Run the command line; a defect of derivcheck itself becomes exit code 3."""
    import io
    import signal

    from derivcheck.limits import collect_seldom

    collect_seldom()
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by who started this process
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115

    from derivcheck.cli.app import app
    from derivcheck.cli.common import (
        DEFECT,
        INTERRUPTED,
        UNUSABLE,
        UsageError,
        drop_standard_output,
    )
    from derivcheck.errors import DerivcheckError, is_system_limit
    from derivcheck.report.escape import inert, plain

    try:
        if signal.getsignal(signal.SIGINT) is _leave_at_once:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        sys.exit(app(prog_name="derivcheck", standalone_mode=False))
    except UsageError as error:
        stream = io.StringIO()
        error.show(stream)
        lines = [plain(line) for line in stream.getvalue().split("\n")[:-1]]
        sys.stderr.write(inert("".join(f"{line}\n" for line in lines)))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        drop_standard_output()
        sys.exit(0)
    except DerivcheckError as error:
        for problem in error.diagnostics:
            sys.stderr.write(f"derivcheck: {inert(plain(str(problem)))}\n")
        sys.exit(UNUSABLE)
    except Exception as error:
        if is_system_limit(error):
            what = getattr(error, "strerror", None) or "out of memory"
            sys.stderr.write(f"derivcheck: the system gives no more: {what}\n")
            sys.exit(UNUSABLE)
        if isinstance(error, FileNotFoundError) and _is_homeless():
            sys.stderr.write("derivcheck: the current folder does not exist any more\n")
            sys.exit(UNUSABLE)
        if isinstance(error.__cause__, KeyboardInterrupt):
            sys.stderr.write("interrupted\n")  # in the middle of an import
            sys.exit(INTERRUPTED)
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
