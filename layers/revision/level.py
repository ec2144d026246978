"""What is shown at one zoom of a layer of lines or polygons, and its tiles cut from it.

A part of many vertices is split beforehand into pieces, each for a block of tiles: a tile is then
cut from what lies near it, however large the part.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import shapely

from layers.geometry.clip import clip, on_grid, whole_features
from layers.geometry.parts import (
    Array,
    Geometries,
    Integers,
    Kind,
    Parts,
    Shapes,
    concatenate,
    from_arrays,
    from_shapes,
    to_arrays,
)
from layers.geometry.runs import run_starts
from layers.geometry.tile import BUFFER, SIZE, Bounds, Tile, TileRange, columns, digits, pixel, rows

EVERY = slice(None)  # of the stretches of tiles in which a zoom is cut

MAX_VERTICES = 2048  # of a piece, unless it is for one tile only
AT_ONCE = 1_000_000  # vertices cut together: enough to be quick, few enough to be held

Boxes = npt.NDArray[np.float64]
Blocks = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Level:
    """The parts shown at zoom `z`, on its grid, in the order of owners.

    `bounds` are the parts' own, in degrees, (n, 4); `blocks` the columns and rows of tiles each
    is for: first column, first row, and the column and row after the last, (n, 4).
    """

    z: int
    parts: Parts
    bounds: Boxes
    blocks: Blocks

    @cached_property
    def _tree(self) -> shapely.STRtree:
        boxes: Geometries = np.asarray(shapely.box(*self.bounds.T))
        return shapely.STRtree(boxes)

    @cached_property
    def _is_piece(self) -> npt.NDArray[np.bool_]:
        """Which parts are pieces of a larger one, cut at the edge of their block."""
        return self.blocks[:, 2] - self.blocks[:, 0] < 1 << self.z

    def cut(self, tile: Tile) -> Parts:
        """What `tile` shows, with its buffer."""
        box = tile.bounds(BUFFER)
        near = np.sort(self._tree.query(shapely.box(*box)))
        left, top, right, bottom = self.blocks[near].T
        for_tile = (left <= tile.x) & (tile.x < right) & (top <= tile.y) & (tile.y < bottom)
        near = near[for_tile]
        clipped, cut = clip(self.parts, near, self.bounds[near], box, digits(self.z))
        return whole_features(
            clipped,
            digits(self.z),
            cut | np.isin(clipped.owner, self.parts.owner[near[self._is_piece[near]]]),
        )

    def cut_all(
        self, stretches: slice = EVERY, only: Integers | None = None
    ) -> Iterator[tuple[list[Tile], Parts]]:
        """Every tile that shows something, and what they show: the same as `cut` of each.

        A stretch of tiles at a time, so that a large zoom need not be held, and only the chosen
        ones of all `stretches`; with `only`, of these tiles (column × 2^z + row). In the parts,
        the owner of a part in the i-th of those tiles is i times `stride` of the level plus its
        feature's index, ascending.
        """
        pairs = _pairs(self.bounds, self.blocks, self.z)
        if only is not None:
            pairs = pairs.take(np.flatnonzero(np.isin(pairs.tiles, only)))
        order = np.argsort(pairs.tiles, kind="stable")
        starts = run_starts(pairs.tiles[order])
        sizes = np.diff(self.parts.vertices())[pairs.parts[order]]
        before = np.concatenate([[0], np.cumsum(sizes)])[starts]
        turns = starts[run_starts(before[:-1] // AT_ONCE)]
        for first, last in [*pairwise(turns.tolist())][stretches]:
            yield self._cut(pairs.take(order[first:last]))

    def _cut(self, pairs: _Pairs) -> tuple[list[Tile], Parts]:
        tiles, index = np.unique(pairs.tiles, return_inverse=True)
        addresses = [Tile(self.z, *divmod(number, 1 << self.z)) for number in tiles.tolist()]
        owner = index * self.stride + self.parts.owner[pairs.parts]
        whole = self.parts.take(pairs.parts[pairs.inside])
        inside = Parts(whole.kind, whole.coordinates, whole.offsets, owner[pairs.inside])
        crossing = ~pairs.inside
        cut = self._cut_at_edges(addresses, index[crossing], pairs.parts[crossing], owner[crossing])
        both = concatenate([inside, cut])
        order = np.argsort(both.owner, kind="stable")
        both, was_cut = both.take(order), order >= len(inside)
        split = np.isin(both.owner, owner[self._is_piece[pairs.parts]])
        return addresses, whole_features(both, digits(self.z), was_cut | split)

    def pairs(self) -> tuple[Integers, Integers]:
        """Which tile (column × 2^z + row) shows which part, by part."""
        pairs = _pairs(self.bounds, self.blocks, self.z)
        return pairs.tiles, pairs.parts

    @property
    def stride(self) -> int:
        """More than the largest index of a feature."""
        return int(self.parts.owner[-1]) + 1 if len(self.parts) else 1

    def _cut_at_edges(
        self, tiles: list[Tile], index: Integers, part: Integers, owner: Integers
    ) -> Parts:
        """Parts that cross the edge of a tile, cut to it; `index` is the tile of each `part`."""
        distinct, position = np.unique(part, return_inverse=True)
        geometry = self.parts.take(distinct).to_shapes().geometry
        cut = geometry[position]
        order = np.argsort(index, kind="stable")
        for start, end in pairwise(run_starts(index[order]).tolist()):
            group = order[start:end]
            box = tiles[index[group[0]]].bounds(BUFFER)
            cut[group] = shapely.clip_by_rect(cut[group], *box)
        return on_grid(
            from_shapes(Shapes(self.parts.kind, cut, owner).with_geometry(cut)), digits(self.z)
        )


def level_of(generalised: Parts, z: int) -> Level:
    """Return the level of parts generalised for zoom `z`; each owner keeps at least one part."""
    parts = whole_features(on_grid(generalised, digits(z)), digits(z))
    lost = np.setdiff1d(generalised.owner, parts.owner)
    if len(lost):  # thinner than the grid's step: shown as thin as a pixel
        thin = generalised.take(np.isin(generalised.owner, lost)).to_shapes()
        thick = shapely.buffer(thin.geometry, pixel(z) / 2, quad_segs=1)
        thickened = on_grid(
            from_shapes(Shapes("polygon", thick, thin.owner).with_geometry(thick)), digits(z)
        )
        parts = concatenate([parts, thickened])
        parts = whole_features(parts.take(np.argsort(parts.owner, kind="stable")), digits(z))
    pieces = [*_split(parts, z)]
    split = concatenate([piece for piece, _ in pieces])
    blocks = np.concatenate([np.tile(block, (len(piece), 1)) for piece, block in pieces])
    if len(pieces) > 1:
        order = np.argsort(split.owner, kind="stable")
        split, blocks = split.take(order), blocks[order]
    return Level(z, split, split.bounds(), blocks)


def level_to_arrays(level: Level) -> dict[str, Array]:
    """The level by name, for `layers.revision.arrays`; `level_from_arrays` reads it back."""
    name = f"z{level.z}"
    return {
        **to_arrays(name, level.parts),
        f"{name}/bounds": level.bounds,
        f"{name}/blocks": level.blocks,
    }


def level_from_arrays(z: int, kind: Kind, arrays: dict[str, Array]) -> Level:
    """The level that `level_to_arrays` named."""
    name = f"z{z}"
    parts = from_arrays(name, kind, arrays)
    return Level(z, parts, arrays[f"{name}/bounds"], arrays[f"{name}/blocks"])


def _split(parts: Parts, z: int) -> Iterator[tuple[Parts, tuple[int, int, int, int]]]:
    """Pieces with the block of tiles they are for; small parts are for every tile."""
    side = 1 << z
    large = np.diff(parts.vertices()) > MAX_VERTICES
    yield parts.take(~large), (0, 0, side, side)
    for index in np.flatnonzero(large):
        part = parts.take(np.array([index]))
        yield from _halved(part, TileRange.of(z, Bounds(*part.bounds()[0]), BUFFER / SIZE))


def _halved(part: Parts, block: TileRange) -> Iterator[tuple[Parts, tuple[int, int, int, int]]]:
    """A part cut along tile edges until its pieces are small or for one tile."""
    vertices = len(part.coordinates)
    if vertices <= MAX_VERTICES or block.is_one():
        yield part, (block.left, block.top, block.right, block.bottom)
        return
    every, bounds = np.arange(len(part)), part.bounds()
    for half in block.halves():
        piece, _ = clip(part, every, bounds, half.bounds(BUFFER), digits(block.z))
        if len(piece):
            yield from _halved(piece, half)


@dataclass(frozen=True)
class _Pairs:
    """Which part is shown in which tile (column × 2^z + row), and whether it lies inside it."""

    parts: Integers
    tiles: Integers
    inside: npt.NDArray[np.bool_]

    def take(self, index: Integers) -> _Pairs:
        return _Pairs(self.parts[index], self.tiles[index], self.inside[index])


def _pairs(bounds: Boxes, blocks: Blocks, z: int) -> _Pairs:
    west, south, east, north = bounds.T
    margin = BUFFER / SIZE
    # A tile's buffered box touches a part's box: the same test as the tree's.
    left = np.maximum(np.ceil(columns(west, z) - margin - 1).astype(np.int64), blocks[:, 0])
    right = np.minimum(np.floor(columns(east, z) + margin).astype(np.int64) + 1, blocks[:, 2])
    top = np.maximum(np.ceil(rows(north, z) - margin - 1).astype(np.int64), blocks[:, 1])
    bottom = np.minimum(np.floor(rows(south, z) + margin).astype(np.int64) + 1, blocks[:, 3])
    wide, high = np.maximum(right - left, 0), np.maximum(bottom - top, 0)
    count = wide * high
    part = np.repeat(np.arange(len(bounds)), count)
    nth = np.arange(len(part)) - np.repeat(np.cumsum(count) - count, count)
    column = left[part] + nth // high[part]
    row = top[part] + nth % high[part]
    inside = (
        (columns(west, z)[part] >= column - margin)
        & (columns(east, z)[part] <= column + 1 + margin)
        & (rows(north, z)[part] >= row - margin)
        & (rows(south, z)[part] <= row + 1 + margin)
    )
    return _Pairs(part, (column << z) + row, inside)
