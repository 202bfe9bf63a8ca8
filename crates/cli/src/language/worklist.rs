//! Findings that people work on, and corrections.

use super::English;

pub(super) const ENGLISH: &[English] = &[
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
];
