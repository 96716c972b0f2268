"""What stands on a reader's home page, sorted by what it asks of the reader."""

from __future__ import annotations

from dataclasses import dataclass

from portal.lib.registries import Tile, home_tiles
from portal.org.readers import Reader


@dataclass(frozen=True)
class Board:
    """`waiting`: something to do, urgent first; `standing`: good to know, asks for nothing."""

    waiting: tuple[Tile, ...]
    standing: tuple[Tile, ...]

    @property
    def matters(self) -> int:
        """How many matters wait: tiles, not their counts, because one case may be counted by two tiles."""
        return len(self.waiting)

    @property
    def urgent(self) -> int:
        """How many of the waiting matters are urgent."""
        return sum(tile.urgent for tile in self.waiting)


def board_for(reader: Reader) -> Board:
    """Every app's tiles for this reader, in the order of the registry within each group."""
    tiles = [tile for register in home_tiles for tile in register(reader)]
    waiting = [tile for tile in tiles if tile.urgent or tile.count]
    standing = [tile for tile in tiles if not (tile.urgent or tile.count)]
    return Board(tuple(sorted(waiting, key=lambda tile: not tile.urgent)), tuple(standing))
