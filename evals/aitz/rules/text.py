"""How alike two texts are."""

from __future__ import annotations


def ratio(one: str, other: str) -> float:
    """Twice the longest common subsequence over both lengths, from 0 to 1; 1 for two empty texts.

    This is `Levenshtein.ratio`, which the evaluators of CoAT and AgentCPM-GUI call: edits without substitution. The
    subsequence is found by the bit-parallel method of Hyyrö (2004), so that a text of any length takes linear time
    in the longer one.
    """
    if not one and not other:
        return 1.0
    short, long = sorted((one, other), key=len)
    places: dict[str, int] = {}
    for index, letter in enumerate(short):
        places[letter] = places.get(letter, 0) | 1 << index
    full = (1 << len(short)) - 1
    row = full
    for letter in long:
        matched = row & places.get(letter, 0)
        row = ((row + matched) | (row - matched)) & full
    return 2 * (len(short) - row.bit_count()) / (len(one) + len(other))


def word_f1(one: str, other: str) -> float:
    """The F1 of two texts' sets of lower-case words; 0 when they share none."""
    first, second = set(one.lower().split()), set(other.lower().split())
    shared = len(first & second)
    return 2 * shared / (len(first) + len(second)) if shared else 0.0
