"""How a term becomes a program over whole arrays; ``numeric.compile`` is the way in.

In the order in which a term passes through: ``sifting`` (deltas leave their sums), ``complements``
(1 - sigmoid as one quotient), ``scaling`` (exponentials are kept from overflow), ``views`` and
``algebra`` (what it means on named axes), ``contraction`` (in which order sums of products are
taken), ``lowering`` (one statement after another, equal parts once), ``printer`` (as Python text).
``vocabulary`` lists the operations, ``special`` has those that NumPy has not.
"""
