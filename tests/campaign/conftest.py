"""How large the campaign is, where its seed comes from, and what it prints at the end."""

import pytest

from .trial import Tally

PLAIN = 300
TALLY = pytest.StashKey()


def pytest_terminal_summary(terminalreporter, config):
    if TALLY in config.stash:
        size, random_seed, tally = config.stash[TALLY]
        terminalreporter.write_sep("-", f"campaign of {size} losses, with the seed {random_seed}")
        terminalreporter.write_line(str(tally))


@pytest.fixture
def campaign_size(request):
    """How many losses to draw."""
    return request.config.getoption("--campaign") or PLAIN


@pytest.fixture
def campaign_seed(request):
    """What the draws start from; the same each time unless said otherwise."""
    return request.config.getoption("--search-seed") or 0


@pytest.fixture
def campaign_tally(request, campaign_size, campaign_seed):
    """The counts, shown at the end even of a run that was stopped."""
    tally = Tally()
    request.config.stash[TALLY] = (campaign_size, campaign_seed, tally)
    return tally
