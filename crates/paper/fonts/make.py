"""Makes the static fonts of this folder from the npm package @fontsource-variable/golos-text.

    npm pack @fontsource-variable/golos-text && tar xzf fontsource-variable-golos-text-*.tgz
    pip install fonttools brotli
    python make.py package/files

The package ships one variable WOFF2 for each range of characters. Each is pinned to one weight,
the four are merged, and what a ticket never uses (layout tables, hints, names) is dropped. The
same package gives the same bytes.
"""

import sys
import tempfile
from pathlib import Path

from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

RANGES = ["latin", "cyrillic", "latin-ext", "cyrillic-ext"]
DROPPED = ["GSUB", "GPOS", "GDEF", "STAT", "HVAR", "MVAR", "DSIG"]


def piece(source: Path, weight: int, target: Path) -> str:
    font = TTFont(source)
    instantiateVariableFont(font, {"wght": weight}, inplace=True)
    for table in DROPPED:
        if table in font:
            del font[table]
    font.flavor = None
    font.save(target)
    return str(target)


def make(files: Path, name: str, weight: int, scratch: Path) -> None:
    pieces = [
        piece(files / f"golos-text-{part}-wght-normal.woff2", weight, scratch / f"{part}.ttf")
        for part in RANGES
    ]
    font = Merger().merge(pieces)
    options = Options(hinting=False, glyph_names=False, notdef_outline=True, layout_features=[])
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[code for code in font.getBestCmap() if code != 0xFEFF])
    subsetter.subset(font)
    names = {1: "Golos Text", 2: "Regular", 4: f"Golos Text {name}", 6: f"GolosText-{name}"}
    if name != "Regular":
        names[1] += f" {name}"
    for number, text in names.items():
        font["name"].setName(text, number, 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight
    font["OS/2"].fsType = 0
    font["head"].created = font["head"].modified = TTFont(pieces[0])["head"].created
    font.recalcTimestamp = False
    font.save(Path(__file__).parent / f"GolosText-{name}.ttf")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        for name, weight in [("Regular", 400), ("SemiBold", 600)]:
            make(Path(sys.argv[1]), name, weight, Path(scratch))
