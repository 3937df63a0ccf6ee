"""What the problems came to is printed at the end of the run."""

from .problems import RECORD


def pytest_terminal_summary(terminalreporter, config):
    if RECORD in config.stash:
        terminalreporter.write_sep("-", "error bars against true errors")
        terminalreporter.write_line(str(config.stash[RECORD]))
