"""The standing campaign: random losses, and random false claims that nothing may prove."""
