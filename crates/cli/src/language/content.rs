//! Packs, schemes and codes.

use super::English;

pub(super) const ENGLISH: &[English] = &[
    (
        "biaochi schemes",
        "List schemes or weight tables, or show one scheme",
    ),
    ("biaochi schemes#id", "Scheme id; without it all are listed"),
    ("biaochi schemes#weights", "List weight tables"),
    (
        "biaochi codes",
        "Look up codes by code, name or pinyin initials",
    ),
    (
        "biaochi codes#query",
        "Code, part of a name, or pinyin initials",
    ),
    ("biaochi codes#system", "Code system"),
    ("biaochi codes#limit", "How many to list at most"),
    (
        "biaochi codes#set",
        "Show a value set of the front page, such as RC019",
    ),
    (
        "biaochi pack",
        "Content packs: check, list, import the official DRG workbook",
    ),
    (
        "biaochi pack check",
        "Check packs; all mistakes at once, with their places",
    ),
    ("biaochi pack check#folders", "Pack folder"),
    (
        "biaochi pack test",
        "Check packs and run all cases of their checks",
    ),
    (
        "biaochi pack test#folders",
        "Folders of packs; without any, the program's own checks",
    ),
    ("biaochi pack list", "List the packs that are loaded"),
    (
        "biaochi pack import-drg",
        "Turn the official DRG configuration workbook (xlsx) into a pack",
    ),
    ("biaochi pack import-drg#workbook", "The official workbook"),
    ("biaochi pack import-drg#id", "Id of the scheme it becomes"),
    (
        "biaochi pack import-drg#out",
        "Output folder (default: packs of the workspace)",
    ),
    (
        "biaochi pack import-drg#amend",
        "Add the seven exclusion codes that only the printed text has",
    ),
];
