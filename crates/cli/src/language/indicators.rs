//! Indicators.

use super::English;

pub(super) const ENGLISH: &[English] = &[
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
];
