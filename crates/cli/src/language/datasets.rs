//! What is filled in.

use super::English;

pub(super) const ENGLISH: &[English] = &[
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
];
