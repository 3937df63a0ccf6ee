"""Files of claims: each entry is read by itself, and what is no such file is said to be none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.language.errors import ClaimError
from derive.language.files import LARGEST_FILE, MOST_CLAIMS, Unread, claims_of
from derive.language.question import ClaimText
from tests.in_time import in_time

GOOD = 'loss = "L = x^2"\nclaim = "dL/dx = 2*x"\n'


def entry(*lines):
    return "\n".join(["[[claim]]", *lines, ""])


def refused(data):
    with pytest.raises(ClaimError) as error:
        claims_of(data)
    return str(error.value)


# ---- what is read --------------------------------------------------------------------------------


def test_an_entry_has_its_four_texts_and_its_name():
    text = entry('name = "a"', 'where = "x: real"', 'given = "x > 0"', GOOD, 'source = "a book"')
    (found,) = claims_of(text.encode())
    assert found == ClaimText(
        name="a", where="x: real", given="x > 0", loss="L = x^2", claim="dL/dx = 2*x"
    )


def test_what_may_be_left_out_is_left_out_and_a_name_is_given():
    found = claims_of((entry(GOOD) + entry('name = ""', GOOD)).encode())
    assert [claim.name for claim in found] == ["claim 1", "claim 2"]
    assert {(claim.where, claim.given) for claim in found} == {("", "")}


def test_the_four_lines_of_a_paper_are_an_entry_each_time():
    given_ = "given x > 0;\n  y > 0\n"
    four = f"# remark\nwhere   x: real; y: real\n{given_}loss  L = x*y\nclaim dL/dx = y\n"
    one, two = claims_of(f"{four}\n{four}".encode())
    assert one.where == two.where == "x: real; y: real"
    assert one.given == "x > 0;\n  y > 0"
    assert two.claim.strip() == "dL/dx = y"
    assert [one.name, two.name] == ["claim 1", "claim 2"]


def test_lines_may_do_without_given():
    three = "where x: real\nloss L = x\nclaim dL/dx = 1\n"
    assert [claim.given for claim in claims_of((three * 3).encode())] == [""] * 3


def test_a_mark_of_the_byte_order_and_line_ends_of_any_kind_are_read():
    (found,) = claims_of(b"\xef\xbb\xbf" + entry(GOOD).replace("\n", "\r\n").encode())
    assert found.loss == "L = x^2"


# ---- one entry that is wrong does not stop the others --------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ('claim = "dL/dx = 1"', "loss is missing"),
        ('loss = "L = x"', "claim is missing"),
        (GOOD + "where = 3", "where is a number"),
        (GOOD + "given = true", "given is true or false"),
        (GOOD + 'name = ["a"]', "name is a list"),
        (GOOD + "where = 2026-01-01", "where is a date"),
        (GOOD + "where = {x = 1}", "where is a table"),
    ],
)
def test_an_entry_that_is_wrong_is_said_to_be(wrong, said):
    first, second, third = claims_of((entry(GOOD) + entry(wrong) + entry(GOOD)).encode())
    assert isinstance(first, ClaimText)
    assert isinstance(third, ClaimText)
    assert isinstance(second, Unread)
    assert second.name == "claim 2"
    assert said in str(second.error)


def test_two_claims_of_one_name_are_both_sent_back_and_a_third_is_read():
    named = entry('name = "a"', GOOD)
    *doubled, other = claims_of((named * 2 + entry('name = "b"', GOOD)).encode())
    assert all("another claim has this name" in str(claim.error) for claim in doubled)
    assert isinstance(other, ClaimText)


# ---- what is no file of claims -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "there is no claim in it"),
        (b"# nothing yet\n", "there is no claim in it"),
        (b"[[claims]]\n", "there is no claim in it"),
        (b"[claim]\nloss = ''\n", "in two brackets"),
        (b"claim = 1", "in two brackets"),
        (b"[[claim]]\nloss = L\n", "not TOML: Invalid value (at line 2, column 8)"),
        (b"hello", "not TOML"),
        (b"[[claim]]\nloss = '\xff'\n", "line 2 is not UTF-8 text (byte 0xff)"),
        (b"[[claim]]\n\0", "line 2 has a NUL byte"),
        (b"x = " + b"[" * 100_000, "nested too deeply"),
        (b"x = " + b"1" * 100_000, "too many digits"),
        (b"a." * 1000 + b"a = 1", "line 1 has a key of over 30 parts"),
        (b"x = 1\n" + b'"a" . ' * 1000 + b"a = 1", "line 2 has a key of over 30 parts"),
        (b"[[claim]]\n" * (MOST_CLAIMS + 1), "are too many"),
        (b"x" * (LARGEST_FILE + 1), f"larger than {LARGEST_FILE:,} bytes"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_file_of_claims_is_told_apart(data, said):
    message = refused(data)
    assert said in message
    assert len(message) < 300
    assert in_time(lambda: refused(data))


def test_a_file_of_the_largest_size_is_read_in_time():
    longest = entry(GOOD, f'source = "{"x" * (LARGEST_FILE - 200)}"').encode()
    (found,) = claims_of(longest)
    assert isinstance(found, ClaimText)
    assert in_time(lambda: claims_of(longest))


@given(
    st.binary(max_size=200)
    | st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass"))
)
def test_any_bytes_are_claims_or_refused_in_words(data):
    try:
        found = claims_of(data)
    except ClaimError:
        return
    assert found
