"""The only code that has to be trusted: terms, judgements, rules, and proofs as lines.

It imports nothing but the standard library. Read the modules in this order: ``terms`` (what is
talked about), ``judgement`` and ``declarations`` (what is said), ``rules`` (what follows from
what; ``known``, ``polynomial``, ``prenex`` and ``calculus`` stand behind them),
``proof`` (what a proof is). How terms are shown stands outside, in ``derive/plain_text.py``.
"""

from .declarations import Declarations, Hypothesis, Label
from .errors import Refused
from .judgement import Conclusion, Derivative, Equation, Fact, Judgement
from .proof import Line, Proof
from .terms import Term

__all__ = ["Conclusion", "Declarations", "Derivative", "Equation", "Fact", "Hypothesis"]
__all__ += ["Judgement", "Label", "Line", "Proof", "Refused", "Term"]
