"""Prints the characters that a subset keeps: `characters.py regular` or `characters.py bold`.

Bold sets headings and totals: GB 2312 has all of its characters, and a rarer one falls back to regular.
"""

import sys

from pypinyin_dict.pinyin_data import ktghz2013

SYMBOLS = [(0x20, 0x7E), (0xA0, 0xFF), (0x2010, 0x2027), (0x2030, 0x203B), (0x2100, 0x2122),
           (0x2150, 0x217B), (0x2190, 0x2193), (0x2460, 0x2473), (0xFF01, 0xFF5E), (0xFFE0, 0xFFE5)]


def gb2312():
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                yield ord(bytes([high, low]).decode("gb2312"))
            except UnicodeDecodeError:
                pass


characters = {c for c in gb2312() if not 0x2500 <= c <= 0x257F and not 0x400 <= c <= 0x4FF}
for first, last in SYMBOLS:
    characters.update(range(first, last + 1))
if sys.argv[1] == "regular":
    # 通用规范汉字表: 8105 characters, which names of people and places may use.
    characters.update(ktghz2013.pinyin_dict)
    # Older forms that stand in names of codes.
    characters.update(map(ord, "噁増岀庁査睪矇踇鍉骯髄髒龍"))
print("".join(map(chr, sorted(characters))), end="")
