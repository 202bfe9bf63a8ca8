use std::collections::{HashMap, HashSet};

use biaochi_domain::{Language, Localized};
use biaochi_records::{Column, CompactString, Field, Group, Layout, Need};

use crate::plan::{Action, Plan, plan};
use crate::recognise::{Match, missing, normal};
use crate::{FileError, ReadOptions};

/// A recognised header: the layout and what each column of the file is.
#[derive(Debug)]
pub struct Header {
    /// The layout.
    pub layout: Layout,
    /// Headings as the file has them, without trailing empty ones.
    pub headings: Vec<CompactString>,
    /// Line (or sheet row) of the file on which the header stands.
    pub line: u64,
    /// What the person should know although the file can be read.
    pub notices: Vec<Notice>,
    /// Columns of the header line, also those without a heading at its end.
    pub(crate) raw_width: usize,
    /// The byte between values.
    pub(crate) delimiter: u8,
    /// What to do with each column, as many as headings.
    pub(crate) plans: Vec<Plan>,
    /// The layout's column that each column is, as many as headings.
    pub(crate) columns: Vec<Option<&'static Column>>,
    /// Columns of the record's own fields, in order: a dash there is remembered.
    pub(crate) markable: Vec<(usize, Field)>,
    /// Whether day numbers of spreadsheets are understood as dates.
    pub(crate) serials: bool,
    pub(crate) options: ReadOptions,
}

/// A heading and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadingPlace {
    /// Position in the file, from one.
    pub position: usize,
    /// The heading.
    pub heading: String,
}

/// Something about the header that does not prevent reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// Columns that the layout requires and the file lacks: heading and Chinese name.
    MissingRequired(Vec<(&'static str, &'static str)>),
    /// Columns that the layout does not know; their values are kept as extensions.
    Extensions(Vec<String>),
}

impl Localized for Notice {
    fn text(&self, language: Language) -> String {
        match (self, language) {
            (Self::MissingRequired(columns), Language::Zh) => {
                let names: Vec<_> = columns
                    .iter()
                    .map(|(name, name_zh)| format!("{name}（{name_zh}）"))
                    .collect();
                format!(
                    "缺少 {} 个规范要求的列，其值为空：{}。如可导出，请补齐。",
                    names.len(),
                    names.join("、")
                )
            }
            (Self::MissingRequired(columns), Language::En) => {
                let names: Vec<_> = columns
                    .iter()
                    .map(|(name, name_zh)| format!("{name} ({name_zh})"))
                    .collect();
                format!(
                    "{} columns that the layout requires are missing and stay empty: {}. Export them \
                     if you can.",
                    names.len(),
                    names.join(", ")
                )
            }
            (Self::Extensions(columns), Language::Zh) => {
                format!("以下列不属于该格式，按扩展列保存：{}。", columns.join("、"))
            }
            (Self::Extensions(columns), Language::En) => {
                format!(
                    "Columns that the layout does not know are kept as extensions: {}.",
                    columns.join(", ")
                )
            }
        }
    }
}

impl Header {
    /// Checks a match and plans what to do with each column.
    pub(crate) fn new(
        file: &str,
        headings: &[String],
        line: u64,
        delimiter: u8,
        found: Match,
        options: &ReadOptions,
    ) -> Result<Self, FileError> {
        let Match {
            layout, columns, ..
        } = found;
        let raw_width = headings.len();
        let used = headings
            .iter()
            .rposition(|heading| !normal(heading).is_empty());
        let headings = &headings[..used.map_or(0, |last| last + 1)];
        let duplicates = duplicates(headings, &columns);
        if !duplicates.is_empty() {
            return Err(FileError::DuplicateColumns {
                file: file.into(),
                columns: duplicates,
            });
        }
        let mut missing_essential = missing(layout, &columns, Need::Essential);
        missing_essential.retain(|(name, _)| is_needed(layout, name, options));
        if !missing_essential.is_empty() {
            return Err(FileError::MissingColumns {
                file: file.into(),
                layout,
                columns: missing_essential,
            });
        }
        let named = columns
            .iter()
            .flatten()
            .any(|column| column.field == Field::OrganisationCode);
        if layout == Layout::N041
            && !named
            && options.require_key
            && options.organisation_code.is_empty()
        {
            return Err(FileError::OrganisationNeeded {
                file: file.into(),
                layout,
            });
        }
        let mut notices = Vec::new();
        let missing_required = missing(layout, &columns, Need::Required);
        if !missing_required.is_empty() {
            notices.push(Notice::MissingRequired(missing_required));
        }
        let extensions: Vec<String> = headings
            .iter()
            .zip(&columns)
            .filter(|(_, column)| column.is_none())
            .map(|(heading, _)| heading.trim().to_owned())
            .filter(|heading| !heading.is_empty())
            .collect();
        if !extensions.is_empty() {
            notices.push(Notice::Extensions(extensions));
        }
        let plans: Vec<Plan> = columns[..headings.len()]
            .iter()
            .map(|column| plan(*column, layout))
            .collect();
        let markable = plans.iter().enumerate().filter_map(|(column, plan)| {
            let field = plan.field.filter(|_| plan.action != Action::Hour)?;
            (field.info().group == Group::Record).then_some((column, field))
        });
        let markable = markable.collect();
        let headings = names(headings, &columns);
        let mut columns = columns;
        columns.truncate(headings.len());
        Ok(Self {
            layout,
            headings,
            line,
            notices,
            raw_width,
            delimiter,
            plans,
            columns,
            markable,
            serials: false,
            options: options.clone(),
        })
    }

    /// Column names of the extensions, in file order.
    pub fn extensions(&self) -> impl Iterator<Item = &str> {
        self.headings
            .iter()
            .zip(&self.plans)
            .filter(|(_, plan)| plan.action == Action::Extension)
            .map(|(heading, _)| heading.as_str())
    }
}

/// A name for each column: its heading; numbered when columns that the layout does not know share one.
fn names(headings: &[String], columns: &[Option<&'static Column>]) -> Vec<CompactString> {
    let all: HashSet<String> = headings.iter().map(|heading| normal(heading)).collect();
    let mut taken = HashSet::new();
    let mut names = Vec::with_capacity(headings.len());
    for (position, heading) in headings.iter().enumerate() {
        let name = match heading.trim().trim_start_matches('\u{feff}') {
            // Values under no heading still need a name.
            "" => CompactString::from(format!("第{}列", position + 1)),
            heading => heading.into(),
        };
        let is_new = taken.insert(normal(&name));
        if is_new || columns[position].is_some() {
            names.push(name);
            continue;
        }
        let mut numbered = (2..).map(|number| format!("{name}_{number}"));
        let free = numbered.find(|name| !all.contains(&normal(name)) && taken.insert(normal(name)));
        names.push(free.map_or(name, CompactString::from));
    }
    names
}

/// Whether an essential column is needed under these options: not the organisation's when the caller
/// gives it, and only what grouping rests on when records need no key.
fn is_needed(layout: Layout, name: &str, options: &ReadOptions) -> bool {
    let field = layout
        .columns()
        .iter()
        .find(|column| column.name == name)
        .map(|c| c.field);
    match field {
        Some(Field::OrganisationCode) => {
            options.require_key && options.organisation_code.is_empty()
        }
        Some(Field::DiagnosisCode | Field::ProcedureCode | Field::Sex | Field::AgeYears) => true,
        _ => options.require_key || layout == Layout::Cases,
    }
}

/// Pairs of columns with the same meaning.
fn duplicates(
    headings: &[String],
    columns: &[Option<&'static Column>],
) -> Vec<(HeadingPlace, HeadingPlace)> {
    let mut first: HashMap<&str, usize> = HashMap::new();
    let mut pairs = Vec::new();
    for (position, column) in columns.iter().enumerate() {
        let Some(column) = column else { continue };
        let place = |position: usize| HeadingPlace {
            position: position + 1,
            heading: headings[position].trim().to_owned(),
        };
        match first.get(column.name) {
            Some(&earlier) => pairs.push((place(earlier), place(position))),
            None => {
                first.insert(column.name, position);
            }
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use biaochi_records::LAYOUTS;

    use super::*;
    use crate::recognise::best_match;

    fn header(headings: &[&str]) -> Result<Header, FileError> {
        let headings: Vec<String> = headings.iter().map(|&heading| heading.to_owned()).collect();
        let found = best_match(&headings, None).expect("a layout");
        let options = ReadOptions {
            organisation_code: "4501".into(),
            ..ReadOptions::default()
        };
        Header::new("f.csv", &headings, 1, b',', found, &options)
    }

    fn names_of(layout: Layout) -> Vec<&'static str> {
        layout.columns().iter().map(|column| column.name).collect()
    }

    #[test]
    fn every_layout_is_recognised_by_its_own_header() {
        for layout in LAYOUTS {
            let header = header(&names_of(layout)).expect("complete");
            assert_eq!(header.layout, layout);
            assert_eq!(header.notices, []);
        }
    }

    #[test]
    fn order_capitals_width_and_blanks_do_not_matter() {
        let mut names: Vec<String> = names_of(Layout::Hqms811)
            .iter()
            .rev()
            .map(|name| format!(" {} ", name.to_lowercase()))
            .collect();
        names[0] = "Ｄ３４".into();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        assert_eq!(header(&names).expect("complete").layout, Layout::Hqms811);
    }

    #[test]
    fn chinese_headings_are_understood() {
        let names: Vec<&str> = Layout::Hqms811
            .columns()
            .iter()
            .map(|column| column.name_zh)
            .collect();
        let header = header(&names).expect("complete");
        assert_eq!(header.layout, Layout::Hqms811);
        assert_eq!(header.extensions().count(), 0);
    }

    #[test]
    fn all_missing_columns_stand_in_one_message() {
        let names: Vec<&str> = names_of(Layout::Hqms811)
            .into_iter()
            .filter(|name| !["A48", "B15", "C03C", "A11"].contains(name))
            .collect();
        let error = header(&names)
            .expect_err("columns are missing")
            .text(Language::Zh);
        for name in [
            "A48（病案号）",
            "B15（出院时间）",
            "C03C（出院主要诊断编码）",
        ] {
            assert!(error.contains(name), "{error}");
        }
        assert!(!error.contains("A11"), "not essential: {error}");
    }

    #[test]
    fn an_added_column_names_the_organisation_of_n041() {
        let mut names = names_of(Layout::N041);
        let options = ReadOptions::default();
        let open = |names: &[&str]| {
            let headings: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
            let found = best_match(&headings, None).expect("a layout");
            Header::new("f.csv", &headings, 1, b',', found, &options)
        };
        assert!(matches!(
            open(&names),
            Err(FileError::OrganisationNeeded { .. })
        ));
        for added in ["ZZJGDM", "组织机构代码"] {
            names.push(added);
            let header = open(&names).expect("complete");
            assert_eq!(header.layout, Layout::N041);
            assert_eq!(header.extensions().count(), 0);
            names.pop();
        }
    }

    #[test]
    fn what_the_caller_gives_or_does_not_need_may_be_missing() {
        let headings: Vec<String> = names_of(Layout::Hqms811)
            .into_iter()
            .filter(|name| !["A01", "A48", "D01"].contains(name))
            .map(str::to_owned)
            .collect();
        let check = |options: &ReadOptions| {
            let found = best_match(&headings, None).expect("a layout");
            match Header::new("f", &headings, 1, b',', found, options) {
                Ok(_) => vec![],
                Err(FileError::MissingColumns { columns, .. }) => {
                    columns.into_iter().map(|(name, _)| name).collect()
                }
                Err(other) => panic!("{other}"),
            }
        };
        let mut options = ReadOptions::default();
        assert_eq!(check(&options), ["A01", "A48", "D01"]);
        options.organisation_code = "4501".into();
        assert_eq!(check(&options), ["A48", "D01"]);
        options.require_key = false;
        assert_eq!(check(&options), [] as [&str; 0]);
    }

    #[test]
    fn missing_required_columns_are_a_notice() {
        let names: Vec<&str> = names_of(Layout::Hqms811)
            .into_iter()
            .filter(|name| *name != "A11")
            .collect();
        let header = header(&names).expect("readable");
        assert_eq!(
            header.notices,
            [Notice::MissingRequired(vec![("A11", "姓名")])]
        );
    }

    #[test]
    fn two_columns_of_the_same_meaning_are_named() {
        let mut names = names_of(Layout::Cases);
        names.push("SEX");
        names.push("性别");
        let error = header(&names).expect_err("duplicates").text(Language::Zh);
        assert!(error.contains("第 2 列“sex”与第 13 列“SEX”"), "{error}");
        assert!(error.contains("第 14 列“性别”"), "{error}");
    }

    #[test]
    fn unknown_columns_become_extensions() {
        let mut names = names_of(Layout::Cases);
        names.extend(["status", "", "drg", "", ""]);
        let header = header(&names).expect("readable");
        assert_eq!(
            header.extensions().collect::<Vec<_>>(),
            ["status", "第14列", "drg"]
        );
        assert_eq!(header.headings.len(), 15);
    }

    #[test]
    fn unknown_columns_with_the_same_heading_are_numbered() {
        let mut names = names_of(Layout::Cases);
        names.extend(["备注", "备注_2", "备注", " 备 注", "来源"]);
        let header = header(&names).expect("readable");
        assert_eq!(
            header.extensions().collect::<Vec<_>>(),
            ["备注", "备注_2", "备注_3", "备 注_4", "来源"]
        );
    }

    #[test]
    fn n041_needs_an_organisation() {
        let headings: Vec<String> = names_of(Layout::N041)
            .into_iter()
            .map(str::to_owned)
            .collect();
        let found = best_match(&headings, None).expect("a layout");
        let error = Header::new("f", &headings, 1, b',', found, &ReadOptions::default());
        assert!(matches!(error, Err(FileError::OrganisationNeeded { .. })));
    }
}
