//! The workspace, questions to its tables, and what is tried out.

use super::English;

pub(super) const ENGLISH: &[English] = &[
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
    (
        "biaochi synth#institution",
        "Only the records of these institutions (their codes, repeatable); all without",
    ),
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
];
