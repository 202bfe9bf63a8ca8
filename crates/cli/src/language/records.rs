//! Front pages: brought in, checked, grouped, explained, written out.

use super::English;

pub(super) const ENGLISH: &[English] = &[
    (
        "biaochi import",
        "Import front-page files: check the structure, group, commit all or nothing",
    ),
    (
        "biaochi import#files",
        "Files or folders; together they are one import",
    ),
    (
        "biaochi import#mode",
        "How the import meets what is already there",
    ),
    (
        "biaochi import#allow_fewer",
        "Confirm the replacement: without it a file with fewer than half of the records that a month has (50 or more) is not imported",
    ),
    (
        "biaochi import#organisation",
        "Organisation code for files that carry none",
    ),
    ("biaochi import#scheme", "Scheme (default: the workspace's)"),
    (
        "biaochi import#wait",
        "Wait while another import is running instead of leaving",
    ),
    (
        "biaochi check",
        "Check a file of front pages or one record: findings, points, how to mend; needs no workspace",
    ),
    ("biaochi check#file", "File; - is standard input"),
    (
        "biaochi check#record",
        "Check one record written as JSON instead of a file (- is standard input)",
    ),
    ("biaochi check#layout", "Layout, for --record only"),
    ("biaochi check#checks", "Pack of checks"),
    ("biaochi check#stage", "List findings from this stage on"),
    (
        "biaochi check#scheme",
        "Scheme for checks that look at the group, and for trying what mending changes",
    ),
    (
        "biaochi check#weights",
        "Weight table for the change of weight",
    ),
    (
        "biaochi check#translate",
        "Translate clinical codes to the insurance edition before grouping",
    ),
    ("biaochi check#csv", "Write CSV, a line for each finding"),
    (
        "biaochi check#output",
        "Write to this file (.xlsx with a sheet for each department, .csv or .json)",
    ),
    (
        "biaochi recheck",
        "Check the records of the lake again, with another edition or across records: the difference first",
    ),
    (
        "biaochi recheck#checks",
        "Pack of checks by id or folder (default: the workspace's)",
    ),
    ("biaochi recheck#organisation", "One hospital only"),
    (
        "biaochi recheck#from",
        "First month of discharge, such as 2024-01",
    ),
    (
        "biaochi recheck#to",
        "Last month of discharge, such as 2024-12",
    ),
    (
        "biaochi recheck#activate",
        "Replace the stored findings and bring the worklist up to date; without it nothing changes",
    ),
    ("biaochi recheck#actor", "Who acts (by default the system)"),
    (
        "biaochi recheck#wait",
        "Wait while another import is running instead of leaving",
    ),
    (
        "biaochi replay",
        "What other points, severities or limits would give: from stored findings, no record read",
    ),
    (
        "biaochi replay#checks",
        "Pack of checks that asks the same questions with other points, severities, stages or limits",
    ),
    (
        "biaochi report",
        "Reports: bulletins and workbooks from what was imported",
    ),
    (
        "biaochi report quality",
        "Quality of front pages: scores, best grade, completeness, accuracy, faults and what they do to groups",
    ),
    (
        "biaochi report quality#organisation",
        "One hospital only, compared with the others together",
    ),
    (
        "biaochi report quality#from",
        "First month, such as 2024-01 (default: twelve months up to the last)",
    ),
    (
        "biaochi report quality#to",
        "Last month, such as 2024-12 (default: the last that was checked)",
    ),
    (
        "biaochi report quality#rate",
        "Yuan for a weight of one, to estimate the change of payment",
    ),
    (
        "biaochi report quality#issuer",
        "Who issues the bulletin (default: the hospital, when there is one only)",
    ),
    (
        "biaochi report quality#template",
        "Layout of the bulletin (default: that of your own packs, else the one in the program)",
    ),
    (
        "biaochi report quality#output",
        "Write to this file (.pdf, .xlsx or .json)",
    ),
    (
        "biaochi report assessment",
        "Bulletin of an assessment: places, grades, changes, losses and their reasons, items without data",
    ),
    (
        "biaochi report assessment#run",
        "Id of the assessment; a scheme means its newest computed one",
    ),
    (
        "biaochi report assessment#issuer",
        "Who issues the bulletin",
    ),
    (
        "biaochi report assessment#date",
        "Date of the bulletin (default: the day of freezing, so that the same assessment gives the same bytes)",
    ),
    (
        "biaochi report assessment#template",
        "Layout of the bulletin (default: that of your own packs, else the one in the program)",
    ),
    (
        "biaochi report assessment#output",
        "Write to this file (.pdf)",
    ),
    (
        "biaochi report profile",
        "A hospital on one page: key indicators and their course, front pages, targets, assessment, overdue tasks",
    ),
    (
        "biaochi report profile#organisation",
        "Organisation code or full name",
    ),
    (
        "biaochi report profile#period",
        "Period (default: twelve months up to the last that has records)",
    ),
    (
        "biaochi report profile#plan",
        "Plan whose targets are listed",
    ),
    (
        "biaochi report profile#on",
        "Day as of which tasks are overdue, and date of the page (default: today)",
    ),
    (
        "biaochi report profile#template",
        "Layout of the page (default: that of your own packs, else the one in the program)",
    ),
    (
        "biaochi report profile#output",
        "Write to this file (.pdf or .json)",
    ),
    (
        "biaochi export",
        "Export the corrected month in the layout it came in; what was not corrected is the same byte by byte",
    ),
    ("biaochi export#file", "The very file that was imported"),
    ("biaochi export#output", "The corrected file"),
    (
        "biaochi export#summary",
        "Summary: what changed, how the faults of each check stand, who corrected (.xlsx)",
    ),
    (
        "biaochi export#organisation",
        "Organisation code that was given at import for files without one (N041)",
    ),
    (
        "biaochi export#tidy",
        "Also write blanks, dates and numbers as the layout asks where nothing is uncertain; listed in the summary",
    ),
    (
        "biaochi group",
        "Group a file or standard input; needs no workspace",
    ),
    ("biaochi group#file", "File; - is standard input"),
    ("biaochi group#scheme", "Scheme"),
    (
        "biaochi group#csv",
        "Write CSV, one line for each input line, in input order",
    ),
    ("biaochi group#output", "Write to this file (.csv or .json)"),
    ("biaochi group#weights", "Weight table for weights and CMI"),
    (
        "biaochi group#translate",
        "Translate clinical-edition codes first (the cases layout follows its trans column)",
    ),
    ("biaochi group#reasons", "Write the reasons as well"),
    (
        "biaochi explain",
        "Explain how one record is grouped, or how an institution came to its score",
    ),
    (
        "biaochi explain#record",
        "Medical record number or record key; with --file an id, or :12 for line 12; an assessment scheme or run when an organisation follows",
    ),
    (
        "biaochi explain#file",
        "Take the record from a file instead of the workspace",
    ),
    (
        "biaochi explain#scheme",
        "Scheme (default: the workspace's; with --file chs_drg_11)",
    ),
    (
        "biaochi explain#what_if",
        "List single changes that lead to another group (analysis, never advice)",
    ),
    (
        "biaochi explain#weights",
        "Weight table for showing weights",
    ),
    (
        "biaochi explain#translate",
        "Translate clinical-edition codes to the insurance edition first",
    ),
    (
        "biaochi explain#organisation",
        "Organisation code: explain its score in this assessment scheme",
    ),
    (
        "biaochi explain#item",
        "Item of the assessment: explain this one only",
    ),
    (
        "biaochi explain#phase",
        "Phase of the assessment: explain the item in this one only",
    ),
];
