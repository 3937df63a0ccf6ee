"""Repairs of false claims: which mistake it is, said only where the kernel proves what is right."""

from .case import AlreadyTrue
from .diagnosis import Diagnosis, Kind, Repair
from .search import diagnose, diagnoses

__all__ = ["AlreadyTrue", "Diagnosis", "Kind", "Repair", "diagnose", "diagnoses"]
