"""What a kernel of `workbook lab` does first: an exercise that is run before the cells above it says so in one sentence.

Run by Python's own PYTHONSTARTUP, so nothing heavy may be imported here.
"""

RUN_ABOVE = "{name} isn't there yet. Run the cells above first: Run > Run All Above Selected Cell."


def show_hint(shell, kind, error, traceback, tb_offset=None):  # type: ignore[no-untyped-def]
    """Show a sentence in place of a traceback, where an exercise's cell lacks a name."""
    cell = shell.user_ns["In"][-1] if shell.user_ns.get("In") else ""
    if "wb.check(" in cell or "wb.quiz(" in cell:
        print(RUN_ABOVE.format(name=error.name))
        return [RUN_ABOVE.format(name=error.name)]
    shell.showtraceback((kind, error, traceback), tb_offset=tb_offset)
    return None


def install() -> None:
    """Have NameErrors told, if this is a notebook's kernel."""
    from IPython import get_ipython

    shell = get_ipython()
    if shell is not None:
        shell.set_custom_exc((NameError,), show_hint)


if __name__ == "__main__":
    install()
