//! What the indicators of a pack share: `terms.toml` with terms and code lists, and the lists' tables.

use biaochi_checks::CodeRanges;
use biaochi_indicators::{Certainty, CodeList, NamedExpression};

use crate::problem::{Problem, Problems};
use crate::text::toml_reader::TomlReader;

/// What a list of codes has to look like.
const RANGES: &str = "编码范围 code ranges, O80-O84, Z37";

/// A code list as a file has it.
#[derive(Debug, Clone)]
pub(super) struct ReadList {
    pub(super) list: CodeList,
    /// Its table and the offset where it is named, when the codes stand in a file of their own.
    pub(super) table: Option<(String, usize)>,
}

/// What `terms.toml` holds; terms with the offsets of id and SQL, lists with that of their id.
#[derive(Debug, Clone, Default)]
pub(super) struct Shared {
    pub(super) terms: Vec<(NamedExpression, usize, usize)>,
    pub(super) lists: Vec<(ReadList, usize)>,
}

/// The certainties, by their words.
pub(super) fn certainties() -> [(&'static str, Certainty); 3] {
    Certainty::ALL.map(|certainty| (certainty.id(), certainty))
}

/// Reads `terms.toml`.
pub(super) fn read(text: &str, problems: &mut Problems<'_>) -> Option<Shared> {
    let table = TomlReader::parse(text, problems)?;
    let mut top = TomlReader::new(text, table.get_ref());
    let mut shared = Shared::default();
    for mut table in top.tables("term", problems) {
        let term = NamedExpression {
            id: table.required("id", problems),
            title: table.required("title", problems),
            sql: table.required("sql", problems),
        };
        table.text("note", problems);
        shared
            .terms
            .push((term, table.offset("id"), table.offset("sql")));
        table.finish(problems);
    }
    for mut table in top.tables("list", problems) {
        let read = list(&mut table, problems);
        shared.lists.push((read, table.offset("id")));
        table.finish(problems);
    }
    top.finish(problems);
    Some(shared)
}

fn list(table: &mut TomlReader<'_, '_>, problems: &mut Problems<'_>) -> ReadList {
    let id = table.required("id", problems);
    let title = table.required("title", problems);
    let ranges = |text: &str| CodeRanges::parse(text).ok().map(|_| text.to_owned());
    let codes = table.parsed("codes", RANGES, ranges, problems);
    let except = table.parsed("except", RANGES, ranges, problems);
    let file = table.text("table", problems);
    if codes.is_some() == file.is_some() {
        let problem = Problem::BadValue {
            key: "codes".to_owned(),
            expected: "codes 和 table 二者之一 exactly one of codes and table".to_owned(),
        };
        table.at("id", problem, problems);
    }
    let certainty = table.choice("certainty", &certainties(), problems);
    let source = table.text("source", problems).unwrap_or_default();
    table.text("clause", problems);
    ReadList {
        table: file.map(|file| (file, table.offset("table"))),
        list: CodeList {
            id,
            title,
            codes: codes.unwrap_or_default(),
            except: except.unwrap_or_default(),
            certainty: certainty.unwrap_or(Certainty::Confirmed),
            source,
            note: table.text("note", problems).unwrap_or_default(),
        },
    }
}

/// The codes of a table: the column `code` of a CSV file, beginnings or intervals.
pub(super) fn codes_of(text: &str, problems: &mut Problems<'_>) -> String {
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .flexible(true)
        .from_reader(text.as_bytes());
    let heading = reader.headers().ok().and_then(|headings| headings.get(0));
    if heading.map(str::trim) != Some("code") {
        let expected = "code,name,…".to_owned();
        problems.add(1, 1, Problem::BadLine { expected });
        return String::new();
    }
    let mut codes: Vec<String> = Vec::new();
    for row in reader.records() {
        let row = match row {
            Ok(row) => row,
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                let reason = error.to_string();
                let line = u32::try_from(line).unwrap_or(0);
                problems.add(line, 0, Problem::Unreadable { reason });
                continue;
            }
        };
        let code = row.get(0).unwrap_or_default().trim();
        let ranges = CodeRanges::parse(code).ok();
        if ranges.is_none_or(|ranges| ranges.is_empty()) {
            let line = row.position().map_or(0, csv::Position::line);
            let token = code.to_owned();
            let line = u32::try_from(line).unwrap_or(0);
            problems.add(line, 1, Problem::BadCodeList { token });
            continue;
        }
        codes.push(code.to_owned());
    }
    codes.join(",")
}
