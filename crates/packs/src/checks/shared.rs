//! What the checks of a pack share: terms, code ranges, groups, grades.

use biaochi_checks::{CodeRanges, Grade, Group, NamedRanges, Term};
use rust_decimal::Decimal;

use crate::problem::Problems;
use crate::text::toml_reader::TomlReader;

/// What a number in quotes has to look like.
pub(super) const DECIMAL: &str = "加引号的数字 a number in quotes, \"0.5\"";
const RANGES: &str = "编码范围 code ranges, O80-O84, Z37";

pub(super) fn decimal(text: &str) -> Option<Decimal> {
    text.parse()
        .ok()
        .filter(|number: &Decimal| !number.is_sign_negative())
}

/// What `terms.toml` holds: terms with the offset of their SQL, and code ranges.
pub(super) type Names = (Vec<(Term, usize)>, Vec<NamedRanges>);

/// Reads `[[term]]` and `[[list]]` of `terms.toml`.
pub(super) fn terms(text: &str, problems: &mut Problems<'_>) -> Option<Names> {
    let table = TomlReader::parse(text, problems)?;
    let mut top = TomlReader::new(text, table.get_ref());
    let mut terms = Vec::new();
    for mut table in top.tables("term", problems) {
        let term = Term {
            id: table.required("id", problems),
            title: table.required("title", problems),
            sql: table.required("sql", problems),
        };
        terms.push((term, table.offset("sql")));
        table.text("note", problems);
        table.finish(problems);
    }
    let mut lists = Vec::new();
    for mut table in top.tables("list", problems) {
        let (id, title) = (
            table.required("id", problems),
            table.required("title", problems),
        );
        let ranges = |text: &str| CodeRanges::parse(text).ok();
        let ranges = table.parsed("codes", RANGES, ranges, problems);
        table.text("note", problems);
        table.finish(problems);
        lists.push(NamedRanges {
            id,
            title,
            ranges: ranges.unwrap_or_default(),
        });
    }
    top.finish(problems);
    Some((terms, lists))
}

/// Reads `groups.toml`.
pub(super) fn groups(text: &str, problems: &mut Problems<'_>) -> Option<Vec<Group>> {
    let table = TomlReader::parse(text, problems)?;
    let mut top = TomlReader::new(text, table.get_ref());
    let mut groups = Vec::new();
    for mut table in top.tables("group", problems) {
        table.required("cap", problems);
        groups.push(Group {
            id: table.required("id", problems),
            title: table.required("title", problems),
            cap: table
                .parsed("cap", DECIMAL, decimal, problems)
                .unwrap_or_default(),
        });
        table.finish(problems);
    }
    top.finish(problems);
    Some(groups)
}

/// Reads `grades.toml`; the best grade comes first.
pub(super) fn grades(text: &str, problems: &mut Problems<'_>) -> Option<Vec<Grade>> {
    let table = TomlReader::parse(text, problems)?;
    let mut top = TomlReader::new(text, table.get_ref());
    let mut grades = Vec::new();
    for mut table in top.tables("grade", problems) {
        grades.push(Grade {
            id: table.required("id", problems),
            at_least: table
                .parsed("at_least", DECIMAL, decimal, problems)
                .unwrap_or_default(),
        });
        table.finish(problems);
    }
    top.finish(problems);
    grades.sort_by_key(|grade| std::cmp::Reverse(grade.at_least));
    Some(grades)
}
