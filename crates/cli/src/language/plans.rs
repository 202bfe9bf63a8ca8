//! Plans, their targets and tasks.

use super::English;

pub(super) const ENGLISH: &[English] = &[
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
];
