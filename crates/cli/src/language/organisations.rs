//! Organisations and their own codes.

use super::English;

pub(super) const ENGLISH: &[English] = &[
    (
        "biaochi org",
        "Organisations: divisions, institutions, departments, staff, beds, people, alliances, each with its dates",
    ),
    (
        "biaochi org template",
        "Write the workbook to fill in: a sheet for each table, with choices and explanations",
    ),
    ("biaochi org template#output", "Workbook to write (.xlsx)"),
    (
        "biaochi org import",
        "Import organisations from workbooks, CSV files or folders: everything, or nothing and all problems",
    ),
    ("biaochi org import#files", "Files or folders"),
    (
        "biaochi org import#replace",
        "Replace each delivered table as a whole; rows that it lacks are removed",
    ),
    ("biaochi org import#dry_run", "Only say what would change"),
    (
        "biaochi org import#actor",
        "Who acts (by default the system)",
    ),
    (
        "biaochi org export",
        "Export the organisations with their history: .xlsx is a workbook, other names a folder of CSV files",
    ),
    ("biaochi org export#output", "File or folder to write"),
    (
        "biaochi org export#revision",
        "As this revision left them (default: the newest)",
    ),
    ("biaochi org list", "Institutions as of a day"),
    (
        "biaochi org list#of",
        "Only those of this unit: division:, alliance: or hospital: and a code, or a name",
    ),
    (
        "biaochi org list#filter",
        "Words about institutions such as 三级, 综合, 县级公立医院, #tag; all given must fit",
    ),
    (
        "biaochi org list#as_of",
        "The day, such as 2023-12-31 (default: today)",
    ),
    (
        "biaochi org show",
        "One unit: level, type, what is above it, alliances, beds, staff, people, peers",
    ),
    (
        "biaochi org show#unit",
        "Code, name, or division:, alliance:, hospital:, department: and a code",
    ),
    (
        "biaochi org show#as_of",
        "The day, such as 2023-12-31 (default: today)",
    ),
    (
        "biaochi org tree",
        "Divisions, institutions and alliances of a day as a tree",
    ),
    ("biaochi org tree#unit", "Where to begin (default: all)"),
    ("biaochi org tree#departments", "Show departments, too"),
    (
        "biaochi org tree#as_of",
        "The day, such as 2023-12-31 (default: today)",
    ),
    (
        "biaochi org history",
        "Who changed the organisations, when, and by how many rows",
    ),
    (
        "biaochi unify",
        "Unified codes: clinical and local codes and names to the insurance edition, the hospital's choices, shares",
    ),
    (
        "biaochi unify code",
        "The insurance code of a code or name: candidates, certainty and reasons",
    ),
    ("biaochi unify code#code", "Code, however it is written"),
    ("biaochi unify code#name", "Name"),
    ("biaochi unify code#system", "Code system (default: both)"),
    (
        "biaochi unify code#back",
        "The other way: from the insurance to the clinical edition",
    ),
    (
        "biaochi unify code#clinical",
        "The data use the clinical edition: codes with two meanings are translated so",
    ),
    (
        "biaochi unify code#organisation",
        "Whose choices are used (default: the workspace's hospital)",
    ),
    ("biaochi unify code#limit", "How many candidates at most"),
    (
        "biaochi unify report",
        "How many codes of the workspace are of the insurance edition, and what is missing",
    ),
    (
        "biaochi unify report#organisation",
        "Organisation code (default: all)",
    ),
    (
        "biaochi unify report#month",
        "Month of discharge, such as 2024-03 (default: all)",
    ),
    (
        "biaochi unify report#top",
        "How many codes without a certain counterpart are listed",
    ),
    ("biaochi unify report#output", "Write a workbook (.xlsx)"),
    (
        "biaochi unify choose",
        "Choose the insurance code of a code or name of the hospital (a second person confirms)",
    ),
    ("biaochi unify choose#system", "Code system"),
    (
        "biaochi unify choose#code",
        "The hospital's code; left out where the name alone decides",
    ),
    (
        "biaochi unify choose#name",
        "The hospital's name; left out where the code alone decides",
    ),
    (
        "biaochi unify choose#organisation",
        "Organisation code (default: the workspace's)",
    ),
    ("biaochi unify choose#to", "Insurance code"),
    (
        "biaochi unify choose#certainty",
        "How sure: certain (the same), likely (the nearest), doubtful",
    ),
    ("biaochi unify choose#note", "Remark"),
    (
        "biaochi unify choose#seen",
        "The version that was seen; nothing happens when somebody changed it since (default: the newest)",
    ),
    (
        "biaochi unify choose#actor",
        "Who acts (default: the system)",
    ),
    (
        "biaochi unify confirm",
        "Confirm a choice; not by who made it",
    ),
    ("biaochi unify confirm#system", "Code system"),
    (
        "biaochi unify confirm#code",
        "The hospital's code; left out where the name alone decides",
    ),
    (
        "biaochi unify confirm#name",
        "The hospital's name; left out where the code alone decides",
    ),
    (
        "biaochi unify confirm#organisation",
        "Organisation code (default: the workspace's)",
    ),
    ("biaochi unify confirm#note", "Remark"),
    (
        "biaochi unify confirm#seen",
        "The version that was seen; nothing happens when somebody changed it since (default: the newest)",
    ),
    (
        "biaochi unify confirm#actor",
        "Who acts (default: the system)",
    ),
    ("biaochi unify withdraw", "Withdraw a choice"),
    ("biaochi unify withdraw#system", "Code system"),
    (
        "biaochi unify withdraw#code",
        "The hospital's code; left out where the name alone decides",
    ),
    (
        "biaochi unify withdraw#name",
        "The hospital's name; left out where the code alone decides",
    ),
    (
        "biaochi unify withdraw#organisation",
        "Organisation code (default: the workspace's)",
    ),
    ("biaochi unify withdraw#note", "Remark"),
    (
        "biaochi unify withdraw#seen",
        "The version that was seen; nothing happens when somebody changed it since (default: the newest)",
    ),
    (
        "biaochi unify withdraw#actor",
        "Who acts (default: the system)",
    ),
    ("biaochi unify list", "List choices"),
    (
        "biaochi unify list#organisation",
        "Organisation code (default: all)",
    ),
    ("biaochi unify list#system", "Code system"),
    ("biaochi unify list#review", "State of review"),
    ("biaochi unify history", "The versions of a choice"),
    ("biaochi unify history#system", "Code system"),
    (
        "biaochi unify history#code",
        "The hospital's code; left out where the name alone decides",
    ),
    (
        "biaochi unify history#name",
        "The hospital's name; left out where the code alone decides",
    ),
    (
        "biaochi unify history#organisation",
        "Organisation code (default: the workspace's)",
    ),
    (
        "biaochi unify export",
        "Write choices as CSV, to be reviewed, exchanged and kept",
    ),
    (
        "biaochi unify export#organisation",
        "Organisation code (default: all)",
    ),
    ("biaochi unify export#system", "Code system"),
    ("biaochi unify export#review", "State of review"),
    (
        "biaochi unify export#output",
        "Output file (default: the screen)",
    ),
    (
        "biaochi unify import",
        "Read choices from CSV as exported; faulty rows are told one by one, the others taken in",
    ),
    ("biaochi unify import#file", "The table"),
    (
        "biaochi unify import#organisation",
        "Organisation code of rows that carry none (default: the workspace's)",
    ),
    (
        "biaochi unify import#as_reviewed",
        "Take rows that say confirmed or withdrawn as such; else they still need review",
    ),
    (
        "biaochi unify import#actor",
        "Who acts (default: the system)",
    ),
];
