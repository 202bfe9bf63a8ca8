//! Assessments.

use super::English;

pub(super) const ENGLISH: &[English] = &[
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
];
