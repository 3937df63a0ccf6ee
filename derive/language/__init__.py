"""Claims as plain text: the loss and the gradient as people type them, read to kernel terms.

Nothing here is ever evaluated as code, and nothing here loads SymPy. Read the modules in this
order: ``grammar.lark`` and ``syntax`` (what was written), ``elaboration`` (what it means),
``question`` (what is asked).
"""
