"""Skip-gram with negative sampling, by all three kinds of vectors."""

from sympy import Symbol, log

from ...derivation import derive
from ...statement import Mistake, Part, Theorem
from ...symbols import Definition, delta, indices, product, real, sigmoid, size, softplus, sum_over

n, p = size("n"), size("p")
v, u, U = real("v", p), real("u", p), real("U", n, p)
j, k = indices("j k", n)
c, d = indices("c d", p)
true_pair = sum_over(d, v[d] * u[d])
a = Definition("a", (k,), sum_over(d, v[d] * U[k, d]))
L = -log(sigmoid(true_pair)) - sum_over(k, log(sigmoid(-a[k])))

LOSS = Symbol("L")
REWRITING = [
    (L, "definition; a_k is the score of negative sample k"),
    (softplus(-true_pair) + sum_over(k, softplus(a[k])), "−log σ(x) = softplus(−x)"),
]


def by_word() -> Part:
    """The word's vector: pulled to the true context, pushed from the noise."""
    result = (sigmoid(true_pair) - 1) * u[c] + sum_over(k, sigmoid(a[k]) * U[k, c])
    proof = derive(
        "by the vector of the word",
        name=LOSS,
        by=v[c],
        rewriting=REWRITING,
        slopes=[
            (
                -sigmoid(-true_pair) * u[c] + sum_over(k, sigmoid(a[k]) * U[k, c]),
                "softplus′ = σ; the slope of a score is the other vector",
            ),
            (result, "σ(−x) = 1 − σ(x)"),
        ],
    )
    return Part(
        derivations=(proof,),
        mistakes=(
            Mistake("the negatives forgotten", (sigmoid(true_pair) - 1) * u[c]),
            Mistake("σ for σ − 1", result + u[c]),
            Mistake(
                "the negatives with the sign of the true pair",
                2 * (sigmoid(true_pair) - 1) * u[c] - result,
            ),
        ),
    )


def by_context() -> Part:
    """The vector of the true context."""
    result = (sigmoid(true_pair) - 1) * v[c]
    proof = derive(
        "by the vector of the context",
        name=LOSS,
        by=u[c],
        rewriting=REWRITING,
        slopes=[
            (-sigmoid(-true_pair) * v[c], "softplus′ = σ; no negative sample has u"),
            (result, "σ(−x) = 1 − σ(x)"),
        ],
    )
    return Part(
        derivations=(proof,),
        mistakes=(
            Mistake("σ for σ − 1", sigmoid(true_pair) * v[c]),
            Mistake("the sign turned", -result),
            Mistake("the context's own vector", (sigmoid(true_pair) - 1) * u[c]),
        ),
    )


def by_noise() -> Part:
    """The vector of one negative sample."""
    result = sigmoid(a[j]) * v[c]
    proof = derive(
        "by the vector of a negative sample",
        name=LOSS,
        by=U[j, c],
        rewriting=REWRITING,
        slopes=[
            (
                sum_over(k, product(sigmoid(a[k]), delta(k, j), v[c])),
                "softplus′ = σ; only sample j has U_jc",
            ),
            (result, "δ_kj keeps the term k = j"),
        ],
    )
    return Part(
        derivations=(proof,),
        mistakes=(
            Mistake("σ − 1, as for the true pair", (sigmoid(a[j]) - 1) * v[c]),
            Mistake("all samples", sum_over(k, sigmoid(a[k])) * v[c]),
            Mistake("the sign turned", -result),
        ),
    )


THEOREM = Theorem(
    name="negative_sampling",
    title="word2vec with negative sampling, by word, context and noise vectors",
    about=(
        "Skip-gram (Mikolov and others, 2013) teaches the vector v of a word to score high with a "
        "context u that it was seen with and low with n contexts U drawn at random: n + 1 logistic "
        "regressions with a common input instead of a softmax over the vocabulary. Each vector's "
        "gradient is (probability − label) times the vector that it was paired with."
    ),
    build=lambda: (by_word(), by_context(), by_noise()),
)
