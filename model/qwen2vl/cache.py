"""The KV cache: a table of blocks, written in place, shared by forks, shortened without copying."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from model.qwen2vl.kernels.base import Block, CacheShape, Kernels, Segment


@dataclass(frozen=True, slots=True)
class Piece:
    """Where new tokens [first, last) of a pass go: into `segment`'s block from its token `at` on."""

    segment: Segment
    at: int
    first: int
    last: int


class KVCache:
    """Keys and values of one sequence in every layer.

    Tokens lie in the order of the table of segments. Positions are in the rotated keys already, so a token may leave
    from the middle without the others being touched.

    Args:
        window: most tokens it will be asked to hold.
    """

    def __init__(self, shape: CacheShape, kernels: Kernels, window: int) -> None:
        self._shape = shape
        self._kernels = kernels
        self._capacity = kernels.block_tokens(window)
        self._window = window
        self.segments: list[Segment] = []

    @property
    def length(self) -> int:
        """Tokens held."""
        return sum(len(segment) for segment in self.segments)

    @property
    def blocks(self) -> Iterable[Block]:
        """Every block once."""
        return {id(segment.block): segment.block for segment in self.segments}.values()

    @property
    def nbytes(self) -> int:
        """Bytes of all blocks, those shared with forks included."""
        return sum(block.nbytes for block in self.blocks)

    def grow(self, tokens: int) -> list[Piece]:
        """Make room for `tokens` more and count them as held; the caller writes them, layer by layer."""
        pieces, done = [], 0
        while done < tokens:
            segment = self._writable()
            count = min(tokens - done, segment.block.tokens - segment.stop)
            pieces.append(Piece(segment, segment.stop, done, done + count))
            segment.stop += count
            done += count
        return pieces

    def keep(self, length: int) -> None:
        """Forget everything after the first `length` tokens."""
        left = length
        for index, segment in enumerate(self.segments):
            if len(segment) >= left:
                segment.stop = segment.start + left
                del self.segments[index + (left > 0) :]
                return
            left -= len(segment)

    def remove(self, start: int, stop: int) -> None:
        """Forget tokens [start, stop); those after it move up. Whole blocks are released, neighbours joined."""
        kept: list[Segment] = []
        at = 0
        for segment in self.segments:
            # The part before the gap, then the part after it, in the segment's own counting.
            low = segment.start + min(max(start - at, 0), len(segment))
            high = segment.start + min(max(stop - at, 0), len(segment))
            at += len(segment)
            kept += [
                part
                for part in (replace(segment, stop=low), replace(segment, start=high))
                if len(part) > 0
            ]  # fmt: skip
        self.segments = self._joined(kept)

    def fork(self) -> KVCache:
        """An independent cache with the same content. Blocks are shared; who writes into one first copies it."""
        for segment in self.segments:
            segment.own = False
        twin = KVCache(self._shape, self._kernels, self._window)
        twin.segments = [replace(segment) for segment in self.segments]
        return twin

    def _writable(self) -> Segment:
        """The last segment, with room behind it in a block nobody else sees."""
        last = self.segments[-1] if self.segments else None
        if last is None or last.stop == last.block.tokens:
            self.segments.append(Segment(self._kernels.block(self._shape, self._capacity), 0, 0))
        elif not last.own:
            self.segments[-1] = self._copied([last])
        return self.segments[-1]

    def _joined(self, segments: Iterable[Segment]) -> list[Segment]:
        """Neighbours that fit one block put into one, so that what is left between screenshots takes little room."""
        joined: list[Segment] = []
        for segment in segments:
            if joined and len(joined[-1]) + len(segment) <= self._capacity:
                joined[-1] = self._copied([joined[-1], segment])
            else:
                joined.append(segment)
        return joined

    def _copied(self, segments: Iterable[Segment]) -> Segment:
        fresh = Segment(self._kernels.block(self._shape, self._capacity), 0, 0)
        for segment in segments:
            self._kernels.move(segment, fresh.block, fresh.stop)
            fresh.stop += len(segment)
        return fresh
