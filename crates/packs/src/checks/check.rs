//! `checks/*.toml`: checks and adjustments.

use biaochi_checks::{
    Adjustment, Basis, Check, Class, CodeRanges, Limit, Mend, Message, Section, Severity, Stage,
    Test, Threshold,
};
use rust_decimal::Decimal;

use super::cases::{self, Case};
use super::shared::{DECIMAL, decimal};
use crate::problem::{Problem, Problems};
use crate::text::toml_reader::TomlReader;

/// What a check looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// One record: `[[check]]`.
    Record,
    /// All stays: `[[across]]`.
    Stays,
}

/// A check as a file has it.
#[derive(Debug, Clone)]
pub(super) struct ReadCheck {
    pub(super) check: Check,
    pub(super) subject: Subject,
    pub(super) cases: Vec<Case>,
    /// Byte offsets of the keys that are looked at later.
    pub(super) offsets: Vec<(&'static str, usize)>,
}

/// What a file of checks holds; adjustments with the offset of their check.
#[derive(Debug, Clone, Default)]
pub(super) struct ReadFile {
    pub(super) checks: Vec<ReadCheck>,
    pub(super) adjustments: Vec<(Adjustment, usize)>,
}

/// Keys whose values are checked when the whole set is known.
const LATER: [&str; 11] = [
    "id", "applies", "violated", "count", "measure", "query", "message", "fields", "group",
    "source", "cases",
];

/// Reads a file of checks.
pub(super) fn read(text: &str, problems: &mut Problems<'_>) -> Option<ReadFile> {
    let table = TomlReader::parse(text, problems)?;
    let mut top = TomlReader::new(text, table.get_ref());
    let mut file = ReadFile::default();
    for (key, subject) in [("check", Subject::Record), ("across", Subject::Stays)] {
        for mut table in top.tables(key, problems) {
            file.checks.extend(check(&mut table, subject, problems));
            table.finish(problems);
        }
    }
    for mut table in top.tables("adjust", problems) {
        if let Some(adjustment) = adjustment(&mut table, problems) {
            let offset = table.offset("check");
            file.adjustments.push((adjustment, offset));
        }
        table.finish(problems);
    }
    top.finish(problems);
    Some(file)
}

fn words<T: Copy, const N: usize>(
    all: [T; N],
    word: impl Fn(T) -> &'static str,
) -> [(&'static str, T); N] {
    all.map(|one| (word(one), one))
}

fn check(
    table: &mut TomlReader<'_, '_>,
    subject: Subject,
    problems: &mut Problems<'_>,
) -> Option<ReadCheck> {
    let id = table.required("id", problems);
    let title = table.required("title", problems);
    for key in ["class", "severity", "stage", "section"] {
        table.required(key, problems);
    }
    let class = table.choice("class", &words(Class::ALL, Class::word), problems);
    let severity = table.choice("severity", &words(Severity::ALL, Severity::word), problems);
    let stage = table.choice("stage", &words(Stage::ALL, Stage::word), problems);
    let section = table.choice("section", &words(Section::ALL, Section::word), problems);
    let grade = table.text("grade", problems).unwrap_or_default();
    let deduct = table.parsed("deduct", DECIMAL, decimal, problems);
    let cap = table.parsed("cap", DECIMAL, decimal, problems);
    let group = table.text("group", problems);
    let (from, until) = (table.date("from", problems), table.date("until", problems));
    let fields = table.texts("fields", problems).unwrap_or_default();
    if fields.is_empty() {
        let key = "fields".to_owned();
        table.at("id", Problem::MissingKey { key }, problems);
    }
    let Question {
        layouts,
        applies,
        test,
        price,
    } = match subject {
        Subject::Record => question(table, problems),
        Subject::Stays => query(table, problems),
    };
    let message = table.required("message", problems);
    let message = Message::parse(&message).unwrap_or_else(|_| {
        table.at("message", Problem::BadMessage, problems);
        Message::default()
    });
    let mend = table.required("mend", problems);
    let source = table.required("source", problems);
    let clause = table.text("clause", problems).unwrap_or_default();
    table.required("basis", problems);
    let bases = [("confirmed", Basis::Confirmed), ("general", Basis::General)];
    let basis = table.choice("basis", &bases, problems);
    let note = table.text("note", problems).unwrap_or_default();
    let owner = table
        .text("owner", problems)
        .unwrap_or_else(|| "病案科".to_owned());
    let due_days = table.integer("due_days", problems).unwrap_or(7);
    let cases = table.required("cases", problems);
    let cases = cases::read(&cases, &id).unwrap_or_else(|problem| {
        table.at("cases", problem, problems);
        Vec::new()
    });
    let offsets = LATER.map(|key| (key, table.offset(key))).to_vec();
    Some(ReadCheck {
        check: Check {
            id,
            title,
            class: class?,
            severity: severity?,
            stage: stage?,
            section: section?,
            grade,
            deduct: deduct.unwrap_or_default(),
            cap,
            group,
            layouts,
            from,
            until,
            fields,
            applies,
            test: test?,
            message,
            mend,
            price,
            source,
            clause,
            basis: basis?,
            note,
            owner,
            due_days: u16::try_from(due_days).unwrap_or(7),
        },
        subject,
        cases,
        offsets,
    })
}

/// What a check asks, and of whom.
struct Question {
    layouts: Vec<String>,
    applies: Option<String>,
    test: Option<Test>,
    price: Option<Mend>,
}

/// The question about one record.
fn question(table: &mut TomlReader<'_, '_>, problems: &mut Problems<'_>) -> Question {
    let price = table.table("price", problems).and_then(|mut price| {
        let mend = price_of(&mut price, problems);
        price.finish(problems);
        mend
    });
    Question {
        layouts: table.texts("layouts", problems).unwrap_or_default(),
        applies: table.text("applies", problems),
        test: test(table, problems),
        price,
    }
}

/// The query over all stays. Layouts and mending belong to single records.
fn query(table: &mut TomlReader<'_, '_>, problems: &mut Problems<'_>) -> Question {
    table.required("query", problems);
    let query = |text: &str| (!text.trim().is_empty()).then(|| Test::Count(text.to_owned()));
    Question {
        layouts: Vec::new(),
        applies: None,
        test: table.parsed("query", "SQL 查询 a query", query, problems),
        price: None,
    }
}

fn test(table: &mut TomlReader<'_, '_>, problems: &mut Problems<'_>) -> Option<Test> {
    let limit = limit(table, problems);
    let keep = table.parsed("keep", DECIMAL, number, problems);
    let violated = table.text("violated", problems).map(Test::Violated);
    let count = table.text("count", problems).map(Test::Count);
    let measure = table.text("measure", problems);
    let measure = match (measure, limit) {
        (Some(sql), Some(limit)) => Some(Test::Measure(sql, Threshold { limit, keep })),
        (Some(_), None) => {
            let key = Limit::Above(Decimal::ZERO).key().to_owned();
            table.at("measure", Problem::MissingKey { key }, problems);
            None
        }
        (None, _) => None,
    };
    let mut tests = [violated, count, measure].into_iter().flatten();
    let test = tests.next();
    if test.is_none() || tests.next().is_some() {
        let problem = Problem::BadValue {
            key: "violated".to_owned(),
            expected: "violated / count / measure 三者之一 exactly one of them".to_owned(),
        };
        table.at("id", problem, problems);
        return None;
    }
    test
}

fn limit(table: &mut TomlReader<'_, '_>, problems: &mut Problems<'_>) -> Option<Limit> {
    type Kind = fn(Decimal) -> Limit;
    let kinds: [(&'static str, Kind); 4] = [
        ("above", Limit::Above),
        ("at_least", Limit::AtLeast),
        ("below", Limit::Below),
        ("at_most", Limit::AtMost),
    ];
    let mut found = None;
    for (key, kind) in kinds {
        if let Some(value) = table.parsed(key, DECIMAL, number, problems) {
            found = Some(kind(value));
        }
    }
    found
}

fn number(text: &str) -> Option<Decimal> {
    text.parse().ok()
}

fn price_of(table: &mut TomlReader<'_, '_>, problems: &mut Problems<'_>) -> Option<Mend> {
    const EXPECTED: &str = "编码范围 code ranges";
    if let Some(parts) = table.texts("replace", problems) {
        let mend = match &parts[..] {
            [parts, whole] => Mend::replace(parts, whole).ok(),
            _ => None,
        };
        if mend.is_none() {
            let problem = Problem::BadValue {
                key: "price.replace".to_owned(),
                expected: "[\"甲 + 乙\", \"合并编码\"]".to_owned(),
            };
            table.at("replace", problem, problems);
        }
        return mend;
    }
    let ranges = |text: &str| {
        CodeRanges::parse(text)
            .ok()
            .filter(|ranges| !ranges.is_empty())
    };
    type Kind = fn(CodeRanges) -> Mend;
    let kinds: [(&'static str, Kind); 3] = [
        ("remove", Mend::Remove),
        ("principal", Mend::Principal),
        ("principal_procedure", Mend::PrincipalProcedure),
    ];
    for (key, kind) in kinds {
        if let Some(ranges) = table.parsed(key, EXPECTED, ranges, problems) {
            return Some(kind(ranges));
        }
    }
    table
        .text("add_procedure", problems)
        .map(Mend::AddProcedure)
}

fn adjustment(table: &mut TomlReader<'_, '_>, problems: &mut Problems<'_>) -> Option<Adjustment> {
    let limit = limit(table, problems).map(Limit::value);
    let due_days = table.integer("due_days", problems);
    let from = table.date("from", problems);
    if from.is_none() {
        let key = "adjust.from".to_owned();
        table.at("check", Problem::MissingKey { key }, problems);
    }
    Some(Adjustment {
        check: table.required("check", problems),
        severity: table.choice("severity", &words(Severity::ALL, Severity::word), problems),
        stage: table.choice("stage", &words(Stage::ALL, Stage::word), problems),
        deduct: table.parsed("deduct", DECIMAL, decimal, problems),
        cap: table.parsed("cap", DECIMAL, decimal, problems),
        limit,
        due_days: due_days.and_then(|days| u16::try_from(days).ok()),
        off: table.boolean("off", problems).unwrap_or(false),
        reason: table.required("reason", problems),
        from: from?,
    })
}
