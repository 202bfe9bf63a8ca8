//! Help in two languages: Chinese stands in `arguments.rs`, English in the table here.

use clap::{Arg, ArgAction, Command};

use crate::arguments::Lang;

/// `path of commands` or `path of commands#argument` → English help.
const ENGLISH: &[(&str, &str)] = &[
    (
        "biaochi",
        "Biaochi: import front pages, check, group by CHS-DRG, query",
    ),
    (
        "biaochi#workspace",
        "Workspace folder (default: this folder if it is one, else ./workspace)",
    ),
    (
        "biaochi#packs",
        "Further folder with content packs; may be repeated",
    ),
    ("biaochi#lang", "Language of the output"),
    ("biaochi#json", "Write JSON for programs"),
    ("biaochi#quiet", "Show no progress"),
    ("biaochi init", "Make a new workspace"),
    ("biaochi init#folder", "Workspace folder"),
    (
        "biaochi init#scheme",
        "Scheme that imports are grouped with",
    ),
    ("biaochi init#weights", "Weight table"),
    (
        "biaochi init#organisation",
        "Organisation code for files that carry none",
    ),
    (
        "biaochi init#translate",
        "Translate clinical-edition codes to the insurance edition first",
    ),
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
        "biaochi indicators",
        "Indicators: definitions, values, their records, peers, what moved them, against a list",
    ),
    ("biaochi indicators list", "List definitions"),
    (
        "biaochi indicators list#word",
        "Only those with this word in id, title or dimension",
    ),
    (
        "biaochi indicators list#pack",
        "Pack of indicators (default: the national one)",
    ),
    ("biaochi indicators list#csv", "Write CSV"),
    (
        "biaochi indicators compute",
        "Bring the sums of all indicators over discharges up to date, in one pass",
    ),
    (
        "biaochi indicators compute#pack",
        "Pack of indicators (default: the national one)",
    ),
    ("biaochi indicators compute#plan", "Print the query plan"),
    (
        "biaochi indicators compute#wait",
        "Wait while another computation is running instead of leaving",
    ),
    (
        "biaochi indicators show",
        "Show values; of one indicator also parts, trend, peers, movement and records",
    ),
    (
        "biaochi indicators show#indicators",
        "Ids of indicators; all when none is named",
    ),
    (
        "biaochi indicators show#unit",
        "all, hospital:CODE, department:CODE/DEPARTMENT, division:CODE or alliance:ID",
    ),
    (
        "biaochi indicators show#period",
        "Period, such as 2024-03, 2024Q1, 2024 or 2024-03-15",
    ),
    (
        "biaochi indicators show#pack",
        "Pack of indicators (default: the national one)",
    ),
    (
        "biaochi indicators show#against",
        "What moved it since this period: mix or rate",
    ),
    (
        "biaochi indicators show#by",
        "Values of the parts: hospitals, or departments of a hospital",
    ),
    (
        "biaochi indicators show#trend",
        "Values of so many periods of the same length",
    ),
    (
        "biaochi indicators show#peers",
        "Hospitals of the same level and type; small denominators are hidden",
    ),
    (
        "biaochi indicators show#minimum",
        "Hide peers with fewer cases than this",
    ),
    (
        "biaochi indicators show#records",
        "List the records of numerator and denominator",
    ),
    (
        "biaochi indicators show#all",
        "Also list indicators without a value, and why",
    ),
    ("biaochi indicators show#csv", "Write CSV"),
    (
        "biaochi indicators diff",
        "What another pack would change, before it is activated",
    ),
    ("biaochi indicators diff#other", "Id of the other pack"),
    ("biaochi indicators diff#unit", "Unit, as for show"),
    ("biaochi indicators diff#period", "Period, as for show"),
    (
        "biaochi indicators diff#pack",
        "The pack in force (default: the national one)",
    ),
    (
        "biaochi indicators reconcile",
        "Compare a value case by case with a list made by hand",
    ),
    (
        "biaochi indicators reconcile#indicator",
        "Id of the indicator",
    ),
    (
        "biaochi indicators reconcile#list",
        "CSV: medical record number or record key, and maybe an amount",
    ),
    ("biaochi indicators reconcile#unit", "Unit, as for show"),
    ("biaochi indicators reconcile#period", "Period, as for show"),
    (
        "biaochi indicators reconcile#pack",
        "Pack of indicators (default: the national one)",
    ),
    ("biaochi indicators reconcile#csv", "Write CSV"),
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
    (
        "biaochi worklist",
        "Worklist: who settles which finding, when and how",
    ),
    (
        "biaochi worklist list",
        "List what is to be done (by default what is not settled)",
    ),
    (
        "biaochi worklist list#sort",
        "Order: what changes the weight most, what is due first, what is worst",
    ),
    ("biaochi worklist list#limit", "How many at most"),
    (
        "biaochi worklist counts",
        "Count by department, coder, check and so on",
    ),
    ("biaochi worklist counts#by", "Counted by"),
    ("biaochi worklist show", "One item and what happened to it"),
    (
        "biaochi worklist show#item",
        "Item: record key/check; the first digits of the key are enough",
    ),
    ("biaochi worklist assign", "Give it to somebody"),
    ("biaochi worklist assign#to", "To whom"),
    ("biaochi worklist release", "Take it back"),
    (
        "biaochi worklist accept",
        "The record is right as it is, with a reason",
    ),
    ("biaochi worklist accept#reason", "Reason"),
    ("biaochi worklist return", "Send it back, with a reason"),
    ("biaochi worklist return#reason", "Reason"),
    ("biaochi worklist note", "Write a remark"),
    ("biaochi worklist note#text", "Remark"),
    ("biaochi worklist list#organisation", "Organisation code"),
    (
        "biaochi worklist list#month",
        "Month of discharge, such as 2024-03",
    ),
    (
        "biaochi worklist list#department",
        "Department of discharge",
    ),
    ("biaochi worklist list#physician", "Attending physician"),
    ("biaochi worklist list#coder", "Coder"),
    ("biaochi worklist list#check", "Check"),
    ("biaochi worklist list#assignee", "Given to"),
    (
        "biaochi worklist list#states",
        "State, may be repeated: open, assigned, corrected, accepted, closed",
    ),
    ("biaochi worklist counts#organisation", "Organisation code"),
    (
        "biaochi worklist counts#month",
        "Month of discharge, such as 2024-03",
    ),
    (
        "biaochi worklist counts#department",
        "Department of discharge",
    ),
    ("biaochi worklist counts#physician", "Attending physician"),
    ("biaochi worklist counts#coder", "Coder"),
    ("biaochi worklist counts#check", "Check"),
    ("biaochi worklist counts#assignee", "Given to"),
    (
        "biaochi worklist counts#states",
        "State, may be repeated: open, assigned, corrected, accepted, closed",
    ),
    ("biaochi worklist assign#item", "Item: record key/check"),
    (
        "biaochi worklist assign#actor",
        "Who acts (by default the system)",
    ),
    ("biaochi worklist release#item", "Item: record key/check"),
    (
        "biaochi worklist release#actor",
        "Who acts (by default the system)",
    ),
    ("biaochi worklist accept#item", "Item: record key/check"),
    (
        "biaochi worklist accept#actor",
        "Who acts (by default the system)",
    ),
    ("biaochi worklist return#item", "Item: record key/check"),
    (
        "biaochi worklist return#actor",
        "Who acts (by default the system)",
    ),
    ("biaochi worklist note#item", "Item: record key/check"),
    (
        "biaochi worklist note#actor",
        "Who acts (by default the system)",
    ),
    (
        "biaochi correct",
        "Correct records: list what is certain, correct one or a month, see what was corrected",
    ),
    (
        "biaochi correct suggest",
        "List certain corrections: width, letter case, swapped code and name, derived age and stay; of files also blanks and forms of dates",
    ),
    (
        "biaochi dataset",
        "Data sets: templates, import, submission, return, approval, who owes what",
    ),
    (
        "biaochi dataset list",
        "List the data sets: who fills in, who approves, how often, by when",
    ),
    (
        "biaochi dataset show",
        "What a data set asks, or what was filled in, with its faults and its course",
    ),
    ("biaochi dataset show#dataset", "Id of the data set"),
    (
        "biaochi dataset show#history",
        "Every step and every version",
    ),
    (
        "biaochi dataset template",
        "Write a template: XLSX with earlier values, lists and definitions, or CSV for many",
    ),
    ("biaochi dataset template#dataset", "Id of the data set"),
    (
        "biaochi dataset template#organisation",
        "Organisation code, division:CODE or alliance:ID; a CSV without it lists all that are asked",
    ),
    (
        "biaochi dataset template#period",
        "Period: 2024-03, 2024Q1, 2024H1 or 2024",
    ),
    (
        "biaochi dataset template#output",
        "File to write, .xlsx or .csv",
    ),
    (
        "biaochi dataset import",
        "Import filled files (template, CSV, JSON) as drafts, with every fault cell by cell",
    ),
    ("biaochi dataset import#files", "Filled files"),
    (
        "biaochi dataset import#dataset",
        "Id of the data set (by default known from the file)",
    ),
    (
        "biaochi dataset import#approved_by",
        "The data was approved elsewhere, by this person",
    ),
    (
        "biaochi dataset submit",
        "Submit drafts; errors keep from it, warnings are explained with --comment",
    ),
    ("biaochi dataset withdraw", "Take back what you submitted"),
    (
        "biaochi dataset return",
        "Give submissions back; --comment says what to change",
    ),
    (
        "biaochi dataset approve",
        "Approve: the values go into the table fact",
    ),
    (
        "biaochi dataset status",
        "Who owes what by when, how far it is, what is overdue",
    ),
    ("biaochi dataset status#dataset", "One data set only"),
    (
        "biaochi dataset status#organisation",
        "One organisation only",
    ),
    (
        "biaochi dataset status#from",
        "First month in which periods end (default: the last one)",
    ),
    (
        "biaochi dataset status#to",
        "Last month in which periods end (default: last month)",
    ),
    ("biaochi dataset status#late", "Only what is overdue"),
    (
        "biaochi dataset status#today",
        "The day on which it is looked at (default: today)",
    ),
    (
        "biaochi dataset show#organisation",
        "Organisation code, division:CODE or alliance:ID",
    ),
    (
        "biaochi dataset show#period",
        "Period: 2024-03, 2024Q1, 2024H1 or 2024",
    ),
    (
        "biaochi dataset import#organisation",
        "Organisation code, division:CODE or alliance:ID",
    ),
    (
        "biaochi dataset import#period",
        "Period: 2024-03, 2024Q1, 2024H1 or 2024",
    ),
    (
        "biaochi dataset submit#organisation",
        "Organisation code, division:CODE or alliance:ID",
    ),
    (
        "biaochi dataset submit#period",
        "Period: 2024-03, 2024Q1, 2024H1 or 2024",
    ),
    (
        "biaochi dataset withdraw#organisation",
        "Organisation code, division:CODE or alliance:ID",
    ),
    (
        "biaochi dataset withdraw#period",
        "Period: 2024-03, 2024Q1, 2024H1 or 2024",
    ),
    (
        "biaochi dataset return#organisation",
        "Organisation code, division:CODE or alliance:ID",
    ),
    (
        "biaochi dataset return#period",
        "Period: 2024-03, 2024Q1, 2024H1 or 2024",
    ),
    (
        "biaochi dataset approve#organisation",
        "Organisation code, division:CODE or alliance:ID",
    ),
    (
        "biaochi dataset approve#period",
        "Period: 2024-03, 2024Q1, 2024H1 or 2024",
    ),
    ("biaochi dataset submit#dataset", "Id of the data set"),
    ("biaochi dataset withdraw#dataset", "Id of the data set"),
    ("biaochi dataset return#dataset", "Id of the data set"),
    ("biaochi dataset approve#dataset", "Id of the data set"),
    (
        "biaochi dataset import#comment",
        "Why, what is explained, or what to change",
    ),
    (
        "biaochi dataset import#actor",
        "Who acts (by default the system)",
    ),
    (
        "biaochi dataset import#wait",
        "Wait while another import is running instead of leaving",
    ),
    (
        "biaochi dataset submit#comment",
        "Why, what is explained, or what to change",
    ),
    (
        "biaochi dataset submit#actor",
        "Who acts (by default the system)",
    ),
    (
        "biaochi dataset submit#wait",
        "Wait while another import is running instead of leaving",
    ),
    (
        "biaochi dataset withdraw#comment",
        "Why, what is explained, or what to change",
    ),
    (
        "biaochi dataset withdraw#actor",
        "Who acts (by default the system)",
    ),
    (
        "biaochi dataset withdraw#wait",
        "Wait while another import is running instead of leaving",
    ),
    (
        "biaochi dataset return#comment",
        "Why, what is explained, or what to change",
    ),
    (
        "biaochi dataset return#actor",
        "Who acts (by default the system)",
    ),
    (
        "biaochi dataset return#wait",
        "Wait while another import is running instead of leaving",
    ),
    (
        "biaochi dataset approve#comment",
        "Why, what is explained, or what to change",
    ),
    (
        "biaochi dataset approve#actor",
        "Who acts (by default the system)",
    ),
    (
        "biaochi dataset approve#wait",
        "Wait while another import is running instead of leaving",
    ),
    ("biaochi correct suggest#organisation", "Organisation code"),
    (
        "biaochi correct suggest#month",
        "Month of discharge, such as 2024-03",
    ),
    (
        "biaochi correct suggest#file",
        "Look at a file instead of the workspace's records; needs no workspace",
    ),
    (
        "biaochi correct suggest#limit",
        "How many values to list at most (0: all)",
    ),
    (
        "biaochi correct record",
        "Correct one record: a new version with who and why, grouped and checked anew, the worklist brought up to date",
    ),
    ("biaochi correct record#organisation", "Organisation code"),
    (
        "biaochi correct record#record",
        "Record key; the first digits are enough",
    ),
    (
        "biaochi correct record#sets",
        "A value, as field[element]=value; may be repeated",
    ),
    ("biaochi correct record#reason", "Reason"),
    (
        "biaochi correct record#checks",
        "The check it is about, may be repeated; its item waits for the next check",
    ),
    (
        "biaochi correct record#based_on",
        "The version that you saw (0: as delivered); nothing is corrected when there is a newer one",
    ),
    (
        "biaochi correct record#actor",
        "Who acts (by default the system)",
    ),
    (
        "biaochi correct record#wait",
        "Wait while another import is running instead of leaving",
    ),
    (
        "biaochi correct apply-suggestions",
        "Make all certain corrections of a month",
    ),
    (
        "biaochi correct apply-suggestions#month",
        "Month of discharge, such as 2024-03",
    ),
    (
        "biaochi correct apply-suggestions#organisation",
        "Organisation code (by default all)",
    ),
    (
        "biaochi correct apply-suggestions#actor",
        "Who acts (by default the system)",
    ),
    (
        "biaochi correct apply-suggestions#wait",
        "Wait while another import is running instead of leaving",
    ),
    (
        "biaochi correct reapply",
        "Make recorded corrections good: after a month was imported again, or after an interruption",
    ),
    (
        "biaochi correct reapply#month",
        "Month of discharge, such as 2024-03 (by default all months with corrections)",
    ),
    (
        "biaochi correct reapply#organisation",
        "Organisation code (by default all)",
    ),
    (
        "biaochi correct reapply#actor",
        "Who acts (by default the system)",
    ),
    (
        "biaochi correct reapply#wait",
        "Wait while another import is running instead of leaving",
    ),
    (
        "biaochi correct history",
        "The versions of a record: who, when, why, before and after (direct identifiers are not shown)",
    ),
    ("biaochi correct history#organisation", "Organisation code"),
    (
        "biaochi correct history#record",
        "Record key; the first digits are enough",
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
        "biaochi assess",
        "Assessments: schemes, freezing, scores, objections, changes, publication, verification, and the high-quality-development index",
    ),
    (
        "biaochi assess schemes",
        "List schemes and indexes, or show one: parts, grades, parameters (assumed ones marked)",
    ),
    ("biaochi assess schemes#id", "Scheme or index"),
    (
        "biaochi assess run",
        "Freeze an assessment – institutions, values, entries, events, content of the scheme – and compute it",
    ),
    ("biaochi assess run#scheme", "Scheme"),
    (
        "biaochi assess run#period",
        "Assessed period (by default the year that the scheme names)",
    ),
    (
        "biaochi assess run#id",
        "Id of the assessment (by default made of scheme, period and a number)",
    ),
    (
        "biaochi assess run#unit",
        "Which institutions: all, division:CODE, alliance:ID",
    ),
    (
        "biaochi assess run#units",
        "Institutions (CSV); without it those of the workspace",
    ),
    (
        "biaochi assess run#values",
        "Values of indicators (CSV), before those that the workspace computes",
    ),
    (
        "biaochi assess run#set",
        "Set a parameter, such as total.cap=100; may be repeated",
    ),
    ("biaochi assess run#actor", "Who acts"),
    (
        "biaochi assess show",
        "List assessments, or show one: scores, grades, places, objections, changes, history",
    ),
    ("biaochi assess show#run", "Id of the assessment"),
    (
        "biaochi assess show#output",
        "Write score sheet and ranking (.xlsx)",
    ),
    (
        "biaochi assess compute",
        "Compute again from frozen data and decided changes",
    ),
    ("biaochi assess compute#run", "Id of the assessment"),
    ("biaochi assess compute#actor", "Who acts"),
    (
        "biaochi assess enter",
        "Enter scores of phases, results of other assessments, values of items",
    ),
    ("biaochi assess enter#scheme", "Scheme"),
    ("biaochi assess enter#organisation", "Organisation code"),
    ("biaochi assess enter#period", "Assessed period"),
    (
        "biaochi assess enter#phase",
        "Score of a phase, such as q1=88.5",
    ),
    (
        "biaochi assess enter#attribute",
        "Result of another assessment, such as party-building=好",
    ),
    (
        "biaochi assess enter#item",
        "Value of an item, such as justified-complaints=2; of one phase only: q1/justified-complaints=2",
    ),
    (
        "biaochi assess enter#evidence",
        "Evidence file; may be repeated",
    ),
    ("biaochi assess enter#note", "A remark"),
    ("biaochi assess enter#actor", "Who acts"),
    (
        "biaochi assess events",
        "Bonuses, deductions and vetoes: report, approve, list",
    ),
    ("biaochi assess events list", "List events"),
    ("biaochi assess events list#scheme", "Of one scheme only"),
    (
        "biaochi assess events report",
        "Report an event (it counts once approved)",
    ),
    ("biaochi assess events report#scheme", "Scheme"),
    (
        "biaochi assess events report#organisation",
        "Organisation code",
    ),
    (
        "biaochi assess events report#rule",
        "Kind, such as commendation or medical-accident; veto-other for a veto that is not listed",
    ),
    ("biaochi assess events report#level", "Level"),
    ("biaochi assess events report#date", "The day"),
    ("biaochi assess events report#title", "What happened"),
    (
        "biaochi assess events report#matter",
        "Name of the matter, the same when several issuers recognise it",
    ),
    ("biaochi assess events report#issuer", "Who issued it"),
    (
        "biaochi assess events report#number",
        "Number of the formal document",
    ),
    ("biaochi assess events report#wording", "The leader's words"),
    ("biaochi assess events report#evidence", "Evidence file"),
    ("biaochi assess events report#actor", "Who acts"),
    (
        "biaochi assess events approve",
        "Approve an event (not who reported it)",
    ),
    (
        "biaochi assess events approve#organisation",
        "Organisation code",
    ),
    (
        "biaochi assess events approve#number",
        "Number of the event",
    ),
    ("biaochi assess events approve#note", "A remark"),
    ("biaochi assess events approve#actor", "Who acts"),
    (
        "biaochi assess events refuse",
        "Refuse an event (not who reported it)",
    ),
    (
        "biaochi assess events refuse#organisation",
        "Organisation code",
    ),
    ("biaochi assess events refuse#number", "Number of the event"),
    ("biaochi assess events refuse#note", "A remark"),
    ("biaochi assess events refuse#actor", "Who acts"),
    ("biaochi assess events withdraw", "Take an event back"),
    (
        "biaochi assess events withdraw#organisation",
        "Organisation code",
    ),
    (
        "biaochi assess events withdraw#number",
        "Number of the event",
    ),
    ("biaochi assess events withdraw#note", "A remark"),
    ("biaochi assess events withdraw#actor", "Who acts"),
    (
        "biaochi assess object",
        "An institution objects to its score, with evidence",
    ),
    ("biaochi assess object#run", "Id of the assessment"),
    ("biaochi assess object#organisation", "Organisation code"),
    ("biaochi assess object#phase", "Phase"),
    ("biaochi assess object#item", "Item"),
    ("biaochi assess object#claim", "What is objected to"),
    (
        "biaochi assess object#evidence",
        "Evidence file (name and SHA-256 are kept); may be repeated",
    ),
    ("biaochi assess object#actor", "Who acts"),
    (
        "biaochi assess reply",
        "Reply to an objection: it holds or not (not who objected)",
    ),
    ("biaochi assess reply#run", "Id of the assessment"),
    ("biaochi assess reply#number", "Number of the objection"),
    ("biaochi assess reply#uphold", "It holds"),
    ("biaochi assess reply#reject", "It does not hold"),
    ("biaochi assess reply#words", "The reply"),
    ("biaochi assess reply#actor", "Who acts"),
    (
        "biaochi assess adjust",
        "Propose a change: a value (--reading), the points of an item or the score of a phase (--points)",
    ),
    ("biaochi assess adjust#run", "Id of the assessment"),
    ("biaochi assess adjust#organisation", "Organisation code"),
    ("biaochi assess adjust#phase", "Phase"),
    (
        "biaochi assess adjust#item",
        "Item; without it the score of the phase is changed",
    ),
    ("biaochi assess adjust#reading", "New value"),
    ("biaochi assess adjust#points", "New points"),
    ("biaochi assess adjust#reason", "Why"),
    (
        "biaochi assess adjust#objection",
        "The objection that it answers",
    ),
    ("biaochi assess adjust#actor", "Who acts"),
    (
        "biaochi assess decide",
        "Decide a change (not who proposed it)",
    ),
    ("biaochi assess decide#run", "Id of the assessment"),
    ("biaochi assess decide#number", "Number of the change"),
    ("biaochi assess decide#approve", "Approve it"),
    (
        "biaochi assess decide#replace",
        "Approve it instead of the one of the same subject that holds",
    ),
    ("biaochi assess decide#refuse", "Refuse it"),
    ("biaochi assess decide#words", "Why"),
    ("biaochi assess decide#actor", "Who acts"),
    (
        "biaochi assess publish",
        "Publish: final once every objection has a reply and every change a decision and the scores follow them",
    ),
    ("biaochi assess publish#run", "Id of the assessment"),
    ("biaochi assess publish#words", "A remark"),
    ("biaochi assess publish#actor", "Who acts"),
    (
        "biaochi assess verify",
        "Compute from the frozen data again and compare every byte; changes nothing",
    ),
    ("biaochi assess verify#run", "Id of the assessment"),
    (
        "biaochi assess index",
        "High-quality-development index: hospitals of a class compared, and how places depend on weights",
    ),
    ("biaochi assess index#index", "Index"),
    ("biaochi assess index#period", "Period"),
    (
        "biaochi assess index#unit",
        "Which institutions: all, division:CODE, alliance:ID",
    ),
    (
        "biaochi assess index#units",
        "Institutions (CSV); without it those of the workspace",
    ),
    (
        "biaochi assess index#values",
        "Values of indicators (CSV), before those that the workspace computes",
    ),
    (
        "biaochi assess index#set",
        "Set a parameter, such as total.cap=100; may be repeated",
    ),
    (
        "biaochi assess index#output",
        "Write ranking and effect of weights (.xlsx)",
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
    ("biaochi sql", "Query the tables with SQL (read only)"),
    ("biaochi sql#sql", "The statement"),
    ("biaochi sql#file", "Read the statement from a file"),
    (
        "biaochi sql#version",
        "Data as of this version (see table import_journal)",
    ),
    (
        "biaochi sql#as_of",
        "Data as of this time, such as 2024-03-05T08:00:00",
    ),
    ("biaochi sql#csv", "Write CSV"),
    ("biaochi sql#parquet", "Write the result to a Parquet file"),
    (
        "biaochi sql#limit",
        "Rows of a table shown at most (0: all)",
    ),
    (
        "biaochi synth",
        "Generate synthetic data (the same seed gives the same; no real person's data)",
    ),
    ("biaochi synth#records", "Discharges"),
    ("biaochi synth#seed", "Random seed"),
    ("biaochi synth#out", "Output folder"),
    ("biaochi synth#from", "First month"),
    ("biaochi synth#to", "Last month"),
    ("biaochi synth#encoding", "Encoding of the files"),
    (
        "biaochi synth#single_file",
        "Write one file (for benchmarks), layout hqms811 only",
    ),
    ("biaochi synth#clean", "Plant no defects"),
    (
        "biaochi demo",
        "See everything with one command: synthetic county, import, groups, figures",
    ),
    ("biaochi demo#records", "Discharges"),
    ("biaochi demo#seed", "Random seed"),
    (
        "biaochi bench",
        "Measure speed and memory, with ratios to a baseline of the same run",
    ),
    (
        "biaochi bench#names",
        "Only these: grouping, checks, assessment, import, scaling, group-file, query, plans",
    ),
    ("biaochi bench#records", "Records"),
    ("biaochi bench#scratch", "Folder for temporary files"),
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
        "biaochi plan",
        "Plans: where their targets stand, how they follow the plan above, the ledger of tasks",
    ),
    (
        "biaochi plan list",
        "List the plans and how many targets they have",
    ),
    (
        "biaochi plan show",
        "Show a plan, or one clause, target or task of it",
    ),
    ("biaochi plan show#plan", "Plan"),
    ("biaochi plan show#item", "Id of a clause, target or task"),
    (
        "biaochi plan status",
        "Where targets stand: met, on course, at risk, off course, no data, needs decision; milestones: done, pending, overdue, no date",
    ),
    ("biaochi plan status#plan", "Plan"),
    (
        "biaochi plan status#unit",
        "Unit: all, division:CODE, alliance:ID, hospital:CODE",
    ),
    ("biaochi plan status#on", "Day (default: today)"),
    (
        "biaochi plan status#each",
        "A line for every unit of a level below the unit: province, city, county, township, alliance, institution, department",
    ),
    (
        "biaochi plan status#target",
        "One target alone, the worst unit first; together with --each",
    ),
    ("biaochi plan status#csv", "Write CSV"),
    (
        "biaochi plan status#output",
        "Write the bulletin (.pdf) or a workbook (.xlsx)",
    ),
    ("biaochi plan status#issuer", "Who issues the bulletin"),
    (
        "biaochi plan status#template",
        "Layout of the bulletin (default: that of your own packs, else the one in the program)",
    ),
    (
        "biaochi plan members",
        "Who pulls a target down: the value, share and pull of each member, and its rate and mix effect in a year",
    ),
    ("biaochi plan members#plan", "Plan"),
    ("biaochi plan members#target", "Id of the target"),
    (
        "biaochi plan members#unit",
        "Unit: all, division:CODE, alliance:ID or hospital:CODE",
    ),
    ("biaochi plan members#on", "Day (default: today)"),
    ("biaochi plan members#csv", "Write CSV"),
    (
        "biaochi plan tasks",
        "Ledger of tasks: who does what until when, how far it is, who has to be told",
    ),
    ("biaochi plan tasks#plan", "Plan"),
    (
        "biaochi plan tasks#organisation",
        "Organisation code, or division:CODE",
    ),
    ("biaochi plan tasks#department", "Department"),
    ("biaochi plan tasks#assignee", "Person"),
    (
        "biaochi plan tasks#states",
        "State, may be repeated: open, assigned, submitted, correcting, accepted",
    ),
    ("biaochi plan tasks#due", "Due on this day or before"),
    (
        "biaochi plan tasks#orders",
        "Only those with a supervision order that has no answer",
    ),
    (
        "biaochi plan tasks#on",
        "Day (default: today) from which days are counted",
    ),
    ("biaochi plan tasks#limit", "How many at most"),
    ("biaochi plan tasks#output", "Write to a workbook (.xlsx)"),
    (
        "biaochi plan coverage",
        "What targets are bound to: indicators, data-set fields, milestones; how many wait for a decision",
    ),
    (
        "biaochi plan cascade",
        "Compare with the plan above: lower, later, not taken up",
    ),
    ("biaochi plan cascade#plan", "Plan"),
    (
        "biaochi plan bulletin",
        "Data of the monthly bulletin: tasks, acceptance, overdue, supervision of each organisation, and what happened",
    ),
    ("biaochi plan bulletin#plan", "Plan"),
    ("biaochi plan bulletin#month", "Month, such as 2024-06"),
    (
        "biaochi plan task",
        "Work on tasks: adopt, assign, break down, report, supervise, reply, correct, accept",
    ),
    (
        "biaochi plan task adopt",
        "Take the tasks of a plan up for an organisation; those that are there stay as they are",
    ),
    ("biaochi plan task adopt#plan", "Plan"),
    (
        "biaochi plan task adopt#organisation",
        "Organisation code, or division:CODE",
    ),
    (
        "biaochi plan task adopt#tasks",
        "Only these tasks, may be repeated (default: all)",
    ),
    (
        "biaochi plan task adopt#actor",
        "Who acts (by default the system)",
    ),
    (
        "biaochi plan task history",
        "One task: milestones, evidence and all that happened",
    ),
    (
        "biaochi plan task history#task",
        "Task: organisation/plan/id",
    ),
    (
        "biaochi plan task assign",
        "Give it to a department and a person",
    ),
    (
        "biaochi plan task assign#task",
        "Task: organisation/plan/id",
    ),
    (
        "biaochi plan task assign#actor",
        "Who acts (by default the system)",
    ),
    (
        "biaochi plan task assign#revision",
        "The revision that you saw; nothing is done when there is a newer one",
    ),
    ("biaochi plan task assign#department", "Department"),
    ("biaochi plan task assign#to", "Person"),
    (
        "biaochi plan task break-down",
        "Make a part of it a task of its own",
    ),
    (
        "biaochi plan task break-down#task",
        "Task: organisation/plan/id",
    ),
    (
        "biaochi plan task break-down#actor",
        "Who acts (by default the system)",
    ),
    (
        "biaochi plan task break-down#revision",
        "The revision that you saw; nothing is done when there is a newer one",
    ),
    ("biaochi plan task break-down#title", "What"),
    ("biaochi plan task break-down#department", "Department"),
    ("biaochi plan task break-down#to", "Person"),
    (
        "biaochi plan task break-down#due",
        "Last day (default: that of the whole)",
    ),
    ("biaochi plan task milestone", "Plan a step on the way"),
    (
        "biaochi plan task milestone#task",
        "Task: organisation/plan/id",
    ),
    (
        "biaochi plan task milestone#actor",
        "Who acts (by default the system)",
    ),
    (
        "biaochi plan task milestone#revision",
        "The revision that you saw; nothing is done when there is a newer one",
    ),
    ("biaochi plan task milestone#title", "What is reached then"),
    ("biaochi plan task milestone#due", "Last day"),
    (
        "biaochi plan task reach",
        "Say that a step on the way was reached",
    ),
    ("biaochi plan task reach#task", "Task: organisation/plan/id"),
    (
        "biaochi plan task reach#actor",
        "Who acts (by default the system)",
    ),
    (
        "biaochi plan task reach#revision",
        "The revision that you saw; nothing is done when there is a newer one",
    ),
    ("biaochi plan task reach#number", "Number of the milestone"),
    ("biaochi plan task reach#on", "Day (default: today)"),
    ("biaochi plan task report", "Report progress"),
    (
        "biaochi plan task report#task",
        "Task: organisation/plan/id",
    ),
    (
        "biaochi plan task report#actor",
        "Who acts (by default the system)",
    ),
    (
        "biaochi plan task report#revision",
        "The revision that you saw; nothing is done when there is a newer one",
    ),
    ("biaochi plan task report#progress", "Per cent"),
    ("biaochi plan task report#text", "What was done"),
    (
        "biaochi plan task report#evidence",
        "File, may be repeated; copied to the evidence folder of the workspace",
    ),
    (
        "biaochi plan task submit",
        "Report as done; waits for acceptance",
    ),
    (
        "biaochi plan task submit#task",
        "Task: organisation/plan/id",
    ),
    (
        "biaochi plan task submit#actor",
        "Who acts (by default the system)",
    ),
    (
        "biaochi plan task submit#revision",
        "The revision that you saw; nothing is done when there is a newer one",
    ),
    ("biaochi plan task submit#text", "What was done"),
    (
        "biaochi plan task submit#evidence",
        "File, may be repeated; copied to the evidence folder of the workspace",
    ),
    (
        "biaochi plan task supervise",
        "Demand an answer until a day",
    ),
    (
        "biaochi plan task supervise#task",
        "Task: organisation/plan/id",
    ),
    (
        "biaochi plan task supervise#actor",
        "Who acts (by default the system)",
    ),
    (
        "biaochi plan task supervise#revision",
        "The revision that you saw; nothing is done when there is a newer one",
    ),
    ("biaochi plan task supervise#reason", "Why"),
    (
        "biaochi plan task supervise#reply_due",
        "Last day of the answer",
    ),
    ("biaochi plan task reply", "Answer a supervision order"),
    ("biaochi plan task reply#task", "Task: organisation/plan/id"),
    (
        "biaochi plan task reply#actor",
        "Who acts (by default the system)",
    ),
    (
        "biaochi plan task reply#revision",
        "The revision that you saw; nothing is done when there is a newer one",
    ),
    ("biaochi plan task reply#text", "Answer"),
    (
        "biaochi plan task reply#evidence",
        "File, may be repeated; copied to the evidence folder of the workspace",
    ),
    ("biaochi plan task correct", "Have it corrected"),
    (
        "biaochi plan task correct#task",
        "Task: organisation/plan/id",
    ),
    (
        "biaochi plan task correct#actor",
        "Who acts (by default the system)",
    ),
    (
        "biaochi plan task correct#revision",
        "The revision that you saw; nothing is done when there is a newer one",
    ),
    ("biaochi plan task correct#reason", "What is wrong"),
    (
        "biaochi plan task correct#due",
        "Last day of the correction (default: as it is)",
    ),
    (
        "biaochi plan task accept",
        "Accept; parts have to be accepted and orders answered before",
    ),
    (
        "biaochi plan task accept#task",
        "Task: organisation/plan/id",
    ),
    (
        "biaochi plan task accept#actor",
        "Who acts (by default the system)",
    ),
    (
        "biaochi plan task accept#revision",
        "The revision that you saw; nothing is done when there is a newer one",
    ),
    ("biaochi plan task accept#text", "What the acceptance found"),
    ("biaochi plan task postpone", "Set another last day"),
    (
        "biaochi plan task postpone#task",
        "Task: organisation/plan/id",
    ),
    (
        "biaochi plan task postpone#actor",
        "Who acts (by default the system)",
    ),
    (
        "biaochi plan task postpone#revision",
        "The revision that you saw; nothing is done when there is a newer one",
    ),
    ("biaochi plan task postpone#due", "Last day"),
    ("biaochi plan task postpone#reason", "Why"),
    ("biaochi plan task note", "Write a remark"),
    ("biaochi plan task note#task", "Task: organisation/plan/id"),
    (
        "biaochi plan task note#actor",
        "Who acts (by default the system)",
    ),
    (
        "biaochi plan task note#revision",
        "The revision that you saw; nothing is done when there is a newer one",
    ),
    ("biaochi plan task note#text", "Remark"),
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
    (
        "biaochi user",
        "Accounts: set-up, new ones, roles, passwords, second factor, disabling",
    ),
    (
        "biaochi user setup",
        "Make the code for the first administrator: shown once, holds for a while, not needed once there are accounts",
    ),
    (
        "biaochi user setup#minutes",
        "How many minutes the code holds",
    ),
    (
        "biaochi user setup#url",
        "Address of the web application; shows a link",
    ),
    (
        "biaochi user activate",
        "Make the account of the first administrator with the set-up code; code and password are asked for",
    ),
    ("biaochi user activate#name", "User name"),
    (
        "biaochi user activate#title",
        "How the person is called (default: the user name)",
    ),
    (
        "biaochi user activate#password_stdin",
        "Read code and password, a line each, from standard input",
    ),
    (
        "biaochi user add",
        "Make an account; the password is asked for and has to be changed at the first sign-in",
    ),
    (
        "biaochi user add#name",
        "User name: Latin letters, Chinese characters, digits, dot, hyphen, underscore; case does not matter",
    ),
    (
        "biaochi user add#title",
        "How the person is called (default: the user name)",
    ),
    (
        "biaochi user add#organisation",
        "Code of the institution that manages it (default: those who manage everything)",
    ),
    (
        "biaochi user add#no_password",
        "Without password: a program that uses tokens only",
    ),
    (
        "biaochi user add#password_stdin",
        "Read from standard input instead of asking on the terminal",
    ),
    (
        "biaochi user add#actor",
        "Who does it (default: the system)",
    ),
    ("biaochi user list", "List accounts"),
    (
        "biaochi user show",
        "Show an account: state, roles, what it reaches",
    ),
    ("biaochi user show#name", "User name"),
    (
        "biaochi user show#as_of",
        "By the roles and organisations of this day (default: today)",
    ),
    ("biaochi user role", "Grant or end roles"),
    (
        "biaochi user role grant",
        "Grant a role: which, for which unit, from when until when",
    ),
    ("biaochi user role grant#name", "User name"),
    ("biaochi user role grant#role", "Id or name of the role"),
    (
        "biaochi user role grant#unit",
        "all, division:CODE, alliance:ID, hospital:CODE or department:CODE/CODE",
    ),
    ("biaochi user role grant#from", "First day (default: today)"),
    ("biaochi user role grant#until", "Last day (default: open)"),
    (
        "biaochi user role grant#reason",
        "Why; goes into the audit trail",
    ),
    (
        "biaochi user role grant#actor",
        "Who does it (default: the system)",
    ),
    ("biaochi user role end", "End a role"),
    ("biaochi user role end#name", "User name"),
    (
        "biaochi user role end#number",
        "Number of the role, see biaochi user show",
    ),
    (
        "biaochi user role end#last_day",
        "Last day (default: yesterday, so that it does not count today)",
    ),
    (
        "biaochi user role end#reason",
        "Why; goes into the audit trail",
    ),
    (
        "biaochi user role end#actor",
        "Who does it (default: the system)",
    ),
    (
        "biaochi user disable",
        "Disable an account; its sessions end",
    ),
    ("biaochi user disable#name", "User name"),
    (
        "biaochi user disable#reason",
        "Why; goes into the audit trail",
    ),
    (
        "biaochi user disable#actor",
        "Who does it (default: the system)",
    ),
    ("biaochi user enable", "Enable an account again"),
    ("biaochi user enable#name", "User name"),
    (
        "biaochi user enable#reason",
        "Why; goes into the audit trail",
    ),
    (
        "biaochi user enable#actor",
        "Who does it (default: the system)",
    ),
    (
        "biaochi user password",
        "Set another password, which has to be changed at the next sign-in",
    ),
    (
        "biaochi user password#own",
        "By its owner: the old password is verified",
    ),
    (
        "biaochi user password#password_stdin",
        "Read from standard input instead of asking on the terminal",
    ),
    ("biaochi user password#name", "User name"),
    (
        "biaochi user password#reason",
        "Why; goes into the audit trail",
    ),
    (
        "biaochi user password#actor",
        "Who does it (default: the system)",
    ),
    (
        "biaochi user totp",
        "The second factor (six digits of an authenticator app)",
    ),
    (
        "biaochi user totp start",
        "Make a key for the app; it is asked for once confirmed",
    ),
    ("biaochi user totp start#name", "User name"),
    (
        "biaochi user totp start#actor",
        "Who does it (default: the system)",
    ),
    (
        "biaochi user totp confirm",
        "Confirm with the six digits that the app shows",
    ),
    ("biaochi user totp confirm#name", "User name"),
    ("biaochi user totp confirm#code", "The six digits"),
    (
        "biaochi user totp confirm#actor",
        "Who does it (default: the system)",
    ),
    (
        "biaochi user totp off",
        "Turn the second factor off, as for another telephone",
    ),
    ("biaochi user totp off#name", "User name"),
    (
        "biaochi user totp off#reason",
        "Why; goes into the audit trail",
    ),
    (
        "biaochi user totp off#actor",
        "Who does it (default: the system)",
    ),
    ("biaochi user unlock", "End the wait after failed sign-ins"),
    ("biaochi user unlock#name", "User name"),
    (
        "biaochi user unlock#reason",
        "Why; goes into the audit trail",
    ),
    (
        "biaochi user unlock#actor",
        "Who does it (default: the system)",
    ),
    (
        "biaochi user check",
        "Try to sign in, show what the account may do, and leave",
    ),
    ("biaochi user check#name", "User name"),
    ("biaochi user check#code", "Code of the second factor"),
    (
        "biaochi user check#password_stdin",
        "Read from standard input instead of asking on the terminal",
    ),
    (
        "biaochi token",
        "Tokens of programs: limited in what they may do and how long, revocable",
    ),
    (
        "biaochi token create",
        "Make a token for a program that acts in the name of an account; shown once",
    ),
    ("biaochi token create#name", "User name"),
    ("biaochi token create#title", "What it is for"),
    (
        "biaochi token create#allow",
        "Permission, written action:resource; may be repeated",
    ),
    ("biaochi token create#days", "How many days it holds"),
    (
        "biaochi token create#actor",
        "Who does it (default: the system)",
    ),
    (
        "biaochi token list",
        "List tokens: whose, for what, until when, last used",
    ),
    ("biaochi token revoke", "Revoke a token at once"),
    (
        "biaochi token revoke#token",
        "Id of the token, see biaochi token list",
    ),
    (
        "biaochi token revoke#reason",
        "Why; goes into the audit trail",
    ),
    (
        "biaochi token revoke#actor",
        "Who does it (default: the system)",
    ),
    (
        "biaochi roles",
        "Roles: duties, what they may do, the matrix",
    ),
    ("biaochi roles list", "List roles and duties"),
    ("biaochi roles show", "Show what a role may do"),
    ("biaochi roles show#role", "Id or name of the role"),
    (
        "biaochi roles matrix",
        "The matrix of roles, actions and resources (Markdown)",
    ),
    (
        "biaochi serve",
        "Run the service: web page, API and jobs; makes the workspace when there is none",
    ),
    (
        "biaochi serve#listen",
        "Address and port to listen on (default 127.0.0.1:8080: this machine only)",
    ),
    (
        "biaochi serve#tls_certificate",
        "Certificate chain (PEM); with --tls-key the service speaks HTTPS itself",
    ),
    (
        "biaochi serve#tls_key",
        "The certificate's private key (PEM)",
    ),
    (
        "biaochi serve#trusted_proxies",
        "Proxies whose X-Forwarded-For is believed, with commas between",
    ),
    (
        "biaochi serve#public_url",
        "Where people reach the service, such as https://biaochi.hospital.local",
    ),
    (
        "biaochi serve#workers",
        "Requests that work at the same time",
    ),
    ("biaochi serve#runners", "Jobs that run at the same time"),
    (
        "biaochi serve#log_format",
        "Format of log lines: text or json",
    ),
    (
        "biaochi serve#log_level",
        "What is logged: error, warn, info, debug, trace",
    ),
    (
        "biaochi serve#requests_per_address",
        "Requests a second from one address; 0 for no limit",
    ),
    (
        "biaochi serve#requests_per_account",
        "Requests a second of one account; 0 for no limit",
    ),
    ("biaochi serve#upload_mib", "MiB that an upload may have"),
    (
        "biaochi serve#drop_folder",
        "Folder in which files appear that are to be imported",
    ),
    (
        "biaochi serve#metrics_from",
        "Networks that may read /metrics besides this machine, with commas between",
    ),
    (
        "biaochi serve#demo",
        "Demonstration: offer its persons on the sign-in page; for synthetic data only",
    ),
    (
        "biaochi serve#oidc_issuer",
        "Issuer of the identity provider (OpenID Connect); with it the sign-in page offers single sign-on",
    ),
    (
        "biaochi serve#oidc_client_id",
        "What the identity provider knows this service by",
    ),
    (
        "biaochi serve#oidc_client_secret",
        "The client's secret; others on the machine see the command line: use the environment or a file",
    ),
    (
        "biaochi serve#oidc_client_secret_file",
        "File with the client's secret",
    ),
    (
        "biaochi serve#oidc_scopes",
        "What is asked for besides openid, with blanks between (default profile)",
    ),
    (
        "biaochi serve#oidc_name_claim",
        "Claim by which administrators name people, such as preferred_username; without it people link themselves",
    ),
    (
        "biaochi serve#oidc_label",
        "What the button on the sign-in page says",
    ),
    (
        "biaochi serve#oidc_ca",
        "Certificates (PEM) of the identity provider's authority, if it is an internal one",
    ),
    (
        "biaochi config",
        "Show the settings in force and where each comes from; no secrets",
    ),
    (
        "biaochi config#listen",
        "Address and port to listen on (default 127.0.0.1:8080: this machine only)",
    ),
    (
        "biaochi config#tls_certificate",
        "Certificate chain (PEM); with --tls-key the service speaks HTTPS itself",
    ),
    (
        "biaochi config#tls_key",
        "The certificate's private key (PEM)",
    ),
    (
        "biaochi config#trusted_proxies",
        "Proxies whose X-Forwarded-For is believed, with commas between",
    ),
    (
        "biaochi config#public_url",
        "Where people reach the service, such as https://biaochi.hospital.local",
    ),
    (
        "biaochi config#workers",
        "Requests that work at the same time",
    ),
    ("biaochi config#runners", "Jobs that run at the same time"),
    (
        "biaochi config#log_format",
        "Format of log lines: text or json",
    ),
    (
        "biaochi config#log_level",
        "What is logged: error, warn, info, debug, trace",
    ),
    (
        "biaochi config#requests_per_address",
        "Requests a second from one address; 0 for no limit",
    ),
    (
        "biaochi config#requests_per_account",
        "Requests a second of one account; 0 for no limit",
    ),
    ("biaochi config#upload_mib", "MiB that an upload may have"),
    (
        "biaochi config#drop_folder",
        "Folder in which files appear that are to be imported",
    ),
    (
        "biaochi config#metrics_from",
        "Networks that may read /metrics besides this machine, with commas between",
    ),
    (
        "biaochi config#demo",
        "Demonstration: offer its persons on the sign-in page; for synthetic data only",
    ),
    (
        "biaochi config#oidc_issuer",
        "Issuer of the identity provider (OpenID Connect); with it the sign-in page offers single sign-on",
    ),
    (
        "biaochi config#oidc_client_id",
        "What the identity provider knows this service by",
    ),
    (
        "biaochi config#oidc_client_secret",
        "The client's secret; others on the machine see the command line: use the environment or a file",
    ),
    (
        "biaochi config#oidc_client_secret_file",
        "File with the client's secret",
    ),
    (
        "biaochi config#oidc_scopes",
        "What is asked for besides openid, with blanks between (default profile)",
    ),
    (
        "biaochi config#oidc_name_claim",
        "Claim by which administrators name people, such as preferred_username; without it people link themselves",
    ),
    (
        "biaochi config#oidc_label",
        "What the button on the sign-in page says",
    ),
    (
        "biaochi config#oidc_ca",
        "Certificates (PEM) of the identity provider's authority, if it is an internal one",
    ),
    (
        "biaochi backup",
        "Back up lake, store, key, packs and configuration as one consistent set; the service goes on",
    ),
    (
        "biaochi backup#target",
        "Where to: a new or empty folder outside the workspace",
    ),
    (
        "biaochi restore",
        "Restore a backup: compare every file, then write into a new folder; nothing is overwritten",
    ),
    ("biaochi restore#source", "Folder of the backup"),
    (
        "biaochi restore#target",
        "Where to: a new or empty folder, which becomes a workspace",
    ),
    ("biaochi audit", "The audit trail: search, verify, export"),
    (
        "biaochi audit list",
        "Search the audit trail, the newest first",
    ),
    ("biaochi audit list#limit", "How many rows at most"),
    ("biaochi audit list#before", "Go on before this number"),
    ("biaochi audit list#actor", "Who did it (user name)"),
    (
        "biaochi audit list#action",
        "What was done, such as signed_in; may be repeated",
    ),
    (
        "biaochi audit list#resource",
        "Kind of thing, such as account",
    ),
    ("biaochi audit list#subject", "Which one"),
    (
        "biaochi audit list#organisation",
        "Of which institution (code)",
    ),
    ("biaochi audit list#refused", "Only what was refused"),
    ("biaochi audit list#from", "From this day on"),
    ("biaochi audit list#until", "To this day, included"),
    (
        "biaochi audit verify",
        "Verify the audit trail: name rows that were changed, removed or moved",
    ),
    (
        "biaochi audit verify#noted",
        "“number:hash” as an earlier verification showed it",
    ),
    (
        "biaochi audit export",
        "Export the audit trail: .xlsx as a workbook, else CSV",
    ),
    ("biaochi audit export#output", "Output file"),
    (
        "biaochi audit export#exported_by",
        "Who exports (default: the system); goes into the trail as well",
    ),
    ("biaochi audit export#actor", "Who did it (user name)"),
    (
        "biaochi audit export#action",
        "What was done, such as signed_in; may be repeated",
    ),
    (
        "biaochi audit export#resource",
        "Kind of thing, such as account",
    ),
    ("biaochi audit export#subject", "Which one"),
    (
        "biaochi audit export#organisation",
        "Of which institution (code)",
    ),
    ("biaochi audit export#refused", "Only what was refused"),
    ("biaochi audit export#from", "From this day on"),
    ("biaochi audit export#until", "To this day, included"),
];

fn english(path: &str) -> Option<&'static str> {
    ENGLISH
        .iter()
        .find(|(key, _)| *key == path)
        .map(|(_, text)| *text)
}

/// Puts help texts and headings of a command and all below it into the language.
pub(crate) fn localize(command: Command, lang: Lang) -> Command {
    let path = command.get_name().to_owned();
    walk(command, &path, lang)
}

fn walk(command: Command, path: &str, lang: Lang) -> Command {
    let arguments: Vec<String> = command
        .get_arguments()
        .map(|argument| argument.get_id().to_string())
        .collect();
    let subcommands: Vec<String> = command
        .get_subcommands()
        .map(|subcommand| subcommand.get_name().to_owned())
        .collect();
    let zh = lang == Lang::Zh;
    let mut command = command
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .subcommand_help_heading(if zh { "命令" } else { "Commands" })
        .subcommand_value_name(if zh { "命令" } else { "COMMAND" })
        .help_template(if zh {
            "{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}"
        } else {
            "{about-with-newline}\nUsage: {usage}\n\n{all-args}{after-help}"
        });
    for id in arguments {
        let text = english(&format!("{path}#{id}"));
        command = command.mut_arg(&id, |argument| {
            let argument = match text {
                Some(text) if !zh => argument.help(text),
                _ => argument,
            };
            with_values(headed(argument, zh), zh)
        });
    }
    let help = Arg::new("help")
        .short('h')
        .long("help")
        .action(ArgAction::Help)
        .help(if zh { "显示帮助" } else { "Show help" });
    command = command.arg(headed(help, zh));
    if command.get_version().is_some() {
        let version = Arg::new("version")
            .short('V')
            .long("version")
            .action(ArgAction::Version)
            .help(if zh {
                "显示版本"
            } else {
                "Show the version"
            });
        command = command.disable_version_flag(true).arg(headed(version, zh));
    }
    if !zh && let Some(text) = english(path) {
        command = command.about(text);
    }
    for name in subcommands {
        let path = format!("{path} {name}");
        command = command.mut_subcommand(name, |subcommand| walk(subcommand, &path, lang));
    }
    command
}

/// The values that may be given and the default one, said in the help text's own language.
fn with_values(argument: Arg, zh: bool) -> Arg {
    if !argument.get_action().takes_values() {
        return argument;
    }
    let named = |values: Vec<String>| values.join(if zh { "、" } else { ", " });
    let possible: Vec<String> = argument
        .get_possible_values()
        .iter()
        .map(|value| value.get_name().to_owned())
        .collect();
    let defaults: Vec<String> = argument
        .get_default_values()
        .iter()
        .map(|value| value.to_string_lossy().into_owned())
        .collect();
    let mut help = argument
        .get_help()
        .map(ToString::to_string)
        .unwrap_or_default();
    if !possible.is_empty() {
        help += &match zh {
            true => format!("（可选：{}）", named(possible)),
            false => format!(" (one of {})", named(possible)),
        };
    }
    if !defaults.is_empty() {
        help += &match zh {
            true => format!("（默认：{}）", named(defaults)),
            false => format!(" (default: {})", named(defaults)),
        };
    }
    argument
        .help(help)
        .hide_default_value(true)
        .hide_possible_values(true)
}

fn headed(argument: Arg, zh: bool) -> Arg {
    let heading = match (argument.is_positional(), zh) {
        (true, true) => "参数",
        (true, false) => "Arguments",
        (false, true) => "选项",
        (false, false) => "Options",
    };
    argument.help_heading(heading).hide_env(true)
}

/// The language asked for, found before parsing so that help and usage errors follow it.
pub(crate) fn requested(mut arguments: impl Iterator<Item = String>) -> Lang {
    let mut lang = std::env::var("BIAOCHI_LANG").ok();
    while let Some(argument) = arguments.next() {
        if argument == "--lang" {
            lang = arguments.next();
        } else if let Some(value) = argument.strip_prefix("--lang=") {
            lang = Some(value.to_owned());
        }
    }
    if lang.as_deref() == Some("en") {
        Lang::En
    } else {
        Lang::Zh
    }
}

/// A usage error in Chinese: what is wrong and what to do. `None` for help and version output.
pub(crate) fn usage_error(error: &clap::Error) -> Option<String> {
    use clap::error::{ContextKind, ErrorKind};

    let context = |kind| error.get(kind).map(ToString::to_string).unwrap_or_default();
    let argument = context(ContextKind::InvalidArg);
    let value = context(ContextKind::InvalidValue);
    let valid = context(ContextKind::ValidValue);
    let text = match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => return None,
        ErrorKind::UnknownArgument => format!("没有选项或参数“{argument}”"),
        ErrorKind::InvalidSubcommand => {
            format!("没有命令“{}”", context(ContextKind::InvalidSubcommand))
        }
        ErrorKind::MissingRequiredArgument => format!("缺少 {argument}"),
        ErrorKind::MissingSubcommand => "缺少命令".to_owned(),
        ErrorKind::ArgumentConflict => {
            format!(
                "{argument} 不能与 {} 同时使用",
                context(ContextKind::PriorArg)
            )
        }
        ErrorKind::InvalidValue if !valid.is_empty() => {
            format!("{argument} 不能是“{value}”，可以是：{valid}")
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => match range_of(error) {
            Some((low, high)) => {
                format!("{argument} 的值“{value}”不对，应在 {low} 到 {high} 之间")
            }
            None => format!("{argument} 的值“{value}”无效"),
        },
        _ => error.to_string(),
    };
    Some(format!(
        "{text}。用法见 biaochi --help 或 biaochi 命令 --help"
    ))
}

/// The bounds that a number has to lie between, where that is what is wrong with it.
fn range_of(error: &clap::Error) -> Option<(String, String)> {
    let cause = std::error::Error::source(error)?.to_string();
    let (_, range) = cause.split_once(" is not in ")?;
    let (low, high) = range.trim().split_once("..=")?;
    Some((low.to_owned(), high.to_owned()))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::arguments::Arguments;

    fn paths(command: &Command, path: &str, found: &mut Vec<String>) {
        found.push(path.to_owned());
        for argument in command.get_arguments() {
            let id = argument.get_id();
            if id != "help" && !(path == "biaochi" && id == "version") {
                found.push(format!("{path}#{id}"));
            }
        }
        for subcommand in command.get_subcommands() {
            paths(
                subcommand,
                &format!("{path} {}", subcommand.get_name()),
                found,
            );
        }
    }

    #[test]
    fn a_number_beyond_its_range_is_told_with_the_range() {
        let words = "biaochi plan task report A/p/R01 --progress 160 --text x";
        let error = Arguments::command()
            .try_get_matches_from(words.split(' '))
            .expect_err("beyond the range");
        let told = usage_error(&error).expect("an error");
        assert!(told.contains("应在 0 到 100 之间"), "{told}");
    }

    #[test]
    fn every_command_and_argument_has_english_help_and_none_is_left_over() {
        let mut found = Vec::new();
        paths(&Arguments::command(), "biaochi", &mut found);
        let mut listed: Vec<String> = ENGLISH.iter().map(|(path, _)| (*path).to_owned()).collect();
        found.sort();
        listed.sort();
        assert_eq!(listed, found);
    }

    #[test]
    fn both_languages_are_valid_commands() {
        for lang in [Lang::Zh, Lang::En] {
            localize(Arguments::command(), lang).debug_assert();
        }
    }

    #[test]
    fn the_language_is_found_before_parsing() {
        let arguments = ["biaochi", "schemes", "--lang", "en"].map(str::to_owned);
        assert_eq!(requested(arguments.into_iter()), Lang::En);
        assert_eq!(requested(["biaochi".to_owned()].into_iter()), Lang::Zh);
    }
}
