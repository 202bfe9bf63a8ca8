use std::fmt;
use std::str::FromStr;

use crate::generated::fields::{FIELDS, Field, Group};
use crate::generated::layouts;

/// A file layout in which front pages are delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layout {
    /// National upload of tertiary and secondary hospitals, 811 columns.
    Hqms811,
    /// Direct report form N041 (卫统4-1), 232 columns; has no organisation code.
    N041,
    /// Hospitals of Chinese medicine, performance assessment upload of 2019, 732 columns.
    Tcm2019,
    /// Case files of groupers: a dozen columns, enough to group.
    Cases,
}

/// All layouts, in the order in which the catalogue lists them.
pub const LAYOUTS: [Layout; 4] = [
    Layout::Hqms811,
    Layout::N041,
    Layout::Tcm2019,
    Layout::Cases,
];

impl Layout {
    /// Id used in commands, files and messages.
    pub fn id(self) -> &'static str {
        match self {
            Self::Hqms811 => "hqms811",
            Self::N041 => "n041",
            Self::Tcm2019 => "tcm2019",
            Self::Cases => "cases",
        }
    }

    /// Chinese name.
    pub fn name_zh(self) -> &'static str {
        match self {
            Self::Hqms811 => "国家住院病案首页上报接口（811列）",
            Self::N041 => "卫统4-1表（N041）",
            Self::Tcm2019 => "中医住院病案首页（2019版绩效考核接口）",
            Self::Cases => "分组器病例（最小格式）",
        }
    }

    /// Columns in file order.
    pub fn columns(self) -> &'static [Column] {
        match self {
            Self::Hqms811 => &layouts::HQMS811,
            Self::N041 => &layouts::N041,
            Self::Tcm2019 => &layouts::TCM2019,
            Self::Cases => &layouts::CASES,
        }
    }
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl FromStr for Layout {
    type Err = String;

    /// The layout of an id; the error is the text that is none.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        LAYOUTS
            .into_iter()
            .find(|layout| layout.id() == text)
            .ok_or_else(|| text.to_owned())
    }
}

/// One column of a layout and the field it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Heading in the file.
    pub name: &'static str,
    /// Heading in the layout's own description.
    pub name_zh: &'static str,
    /// The field.
    pub field: Field,
    /// Element of a repeating group, else 0.
    pub index: u8,
    /// How the text of the column becomes the value.
    pub form: Form,
}

/// How the text of a column becomes the value of its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// The text is the value.
    Plain,
    /// Hour of the day that completes the date in the field's other column.
    Hour,
    /// Incision class and healing in one code (RC014).
    Incision,
    /// Used instead of the field's other column when the patient goes to a primary care institution.
    Community,
    /// All elements of the group in one column, `|` between them.
    List,
}

/// Type of a field's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DataType {
    /// Free text.
    Text,
    /// A code or number kept as text, so that leading zeros survive.
    Code,
    /// Several codes.
    Codes,
    /// Whole number, 32 bits.
    Integer,
    /// Exact decimal, see [`crate::Decimal2`].
    Decimal {
        /// Digits in total.
        precision: u8,
        /// Digits after the point, always 2.
        scale: u8,
    },
    /// Yes or no.
    Flag,
    /// Calendar day.
    Date,
    /// Calendar day and time of the day, local time.
    Time,
}

/// What a value tells about a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sensitivity {
    /// Identifies a person by itself.
    Direct,
    /// Identifies a person together with others.
    Quasi,
    /// Health data.
    Clinical,
    /// Nothing.
    None,
}

/// How badly a layout needs a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Need {
    /// A file without the column is refused.
    Essential,
    /// The layout demands a value.
    Required,
    /// Demanded under a condition.
    Conditional,
    /// May be missing.
    Optional,
}

/// How a layout writes yes and no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FlagCoding {
    /// 1 是, 2 否 (RC016).
    OneYesTwoNo,
    /// 1 无, 2 有 (RC028, RC037).
    OneNoTwoYes,
    /// 0 否, 1 是 (RC039 of hqms811).
    ZeroNoOneYes,
}

impl FlagCoding {
    /// The code of a value.
    pub fn code(self, value: bool) -> &'static str {
        match (self, value) {
            (Self::OneYesTwoNo | Self::ZeroNoOneYes, true) | (Self::OneNoTwoYes, false) => "1",
            (Self::OneYesTwoNo, false) | (Self::OneNoTwoYes, true) => "2",
            (Self::ZeroNoOneYes, false) => "0",
        }
    }

    /// The value of a code, `None` when the coding has no such code.
    pub fn value(self, code: &str) -> Option<bool> {
        [true, false]
            .into_iter()
            .find(|&value| self.code(value) == code)
    }
}

/// What the catalogue says of a field.
#[derive(Debug)]
pub struct FieldInfo {
    /// The field.
    pub field: Field,
    /// Unique id, such as `sex`, `diagnoses.code` or `charges.total_charges`.
    pub id: &'static str,
    /// Name within the group: the member of the struct and the column of the table.
    pub member: &'static str,
    /// Chinese name.
    pub name_zh: &'static str,
    /// Where the field lives in the record.
    pub group: Group,
    /// Type of the value.
    pub data_type: DataType,
    /// Largest number of characters of a text, 0 when not limited.
    pub length: u16,
    /// Value set by layout (order of [`LAYOUTS`]), empty when the layout names none.
    pub value_sets: [&'static str; 4],
    /// Chinese unit of a number, empty when it has none.
    pub unit: &'static str,
    /// What the value tells about a person.
    pub sensitivity: Sensitivity,
    /// Column patterns by layout, empty when the layout lacks the field; see [`expand_columns`].
    pub columns: [&'static str; 4],
    /// Need by layout, `None` when the layout lacks the field.
    pub needs: [Option<Need>; 4],
    /// What a reader must know, English, may be empty.
    pub note: &'static str,
    /// How sure the row is.
    pub source: &'static str,
}

impl FieldInfo {
    /// Value set in a layout, `None` when it names none.
    pub fn value_set(&self, layout: Layout) -> Option<&'static str> {
        Some(self.value_sets[layout as usize]).filter(|set| !set.is_empty())
    }

    /// How a layout writes this yes-or-no field; `None` for other fields.
    pub fn flag_coding(&self, layout: Layout) -> Option<FlagCoding> {
        if self.data_type != DataType::Flag {
            return None;
        }
        match self.value_set(layout)? {
            "RC016" => Some(FlagCoding::OneYesTwoNo),
            "RC037" | "RC028@hqms811" | "RC028@tcm2019" => Some(FlagCoding::OneNoTwoYes),
            "RC039@hqms811" => Some(FlagCoding::ZeroNoOneYes),
            _ => None,
        }
    }
}

impl Field {
    /// The catalogue's row of this field.
    pub fn info(self) -> &'static FieldInfo {
        &FIELDS[self as usize]
    }

    /// The field of an id such as `diagnoses.code`.
    pub fn from_id(id: &str) -> Option<Self> {
        FIELDS
            .iter()
            .find(|info| info.id == id)
            .map(|info| info.field)
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.info().id)
    }
}

/// Column names of a pattern with the form of each, in element order:
/// `C03C C06x{01..02}C` gives `C03C`, `C06x01C`, `C06x02C`.
pub fn expand_columns(pattern: &str) -> Vec<(String, &str)> {
    let mut columns = Vec::new();
    for part in pattern.split_whitespace() {
        let (name, form) = part.split_once('#').unwrap_or((part, ""));
        match range(name) {
            None => columns.push((name.to_owned(), form)),
            Some((prefix, first, last, suffix)) => {
                let width = if first.starts_with('0') {
                    first.len()
                } else {
                    0
                };
                let numbers = first.parse().unwrap_or(1u32)..=last.parse().unwrap_or(0u32);
                columns.extend(
                    numbers.map(|number| (format!("{prefix}{number:0width$}{suffix}"), form)),
                );
            }
        }
    }
    columns
}

/// The parts of `prefix{first..last}suffix`.
fn range(name: &str) -> Option<(&str, &str, &str, &str)> {
    let (prefix, rest) = name.split_once('{')?;
    let (range, suffix) = rest.split_once('}')?;
    let (first, last) = range.split_once("..")?;
    Some((prefix, first, last, suffix))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn every_column_of_every_layout_belongs_to_one_field_and_element() {
        let expected = [811, 232, 732, 12];
        for (layout, expected) in LAYOUTS.into_iter().zip(expected) {
            let mut patterns = BTreeMap::new();
            for info in FIELDS {
                let columns = expand_columns(info.columns[layout as usize]);
                for (index, (name, form)) in (0u8..).zip(columns) {
                    let element = if info.group.is_repeated() { index } else { 0 };
                    let form = match form {
                        "" => Form::Plain,
                        "hour" => Form::Hour,
                        "incision" => Form::Incision,
                        "community" => Form::Community,
                        "list" => Form::List,
                        other => panic!("{}: form {other}", info.id),
                    };
                    let before = patterns.insert(name.clone(), (info.field, element, form));
                    assert!(before.is_none(), "{layout}: {name} is claimed twice");
                }
            }
            let columns: BTreeMap<_, _> = layout
                .columns()
                .iter()
                .map(|column| {
                    (
                        column.name.to_owned(),
                        (column.field, column.index, column.form),
                    )
                })
                .collect();
            assert_eq!(layout.columns().len(), expected, "{layout}");
            assert_eq!(columns, patterns, "{layout}");
        }
    }

    #[test]
    fn header_lines_are_the_committed_ones() {
        let files = [
            include_str!("../catalogue/layouts/hqms811.csv"),
            include_str!("../catalogue/layouts/n041.csv"),
            include_str!("../catalogue/layouts/tcm2019.csv"),
            include_str!("../catalogue/layouts/cases.csv"),
        ];
        for (layout, file) in LAYOUTS.into_iter().zip(files) {
            let names: Vec<_> = file
                .lines()
                .skip(1)
                .filter_map(|line| line.split(',').next())
                .collect();
            let columns: Vec<_> = layout.columns().iter().map(|column| column.name).collect();
            assert_eq!(columns, names, "{layout}");
        }
    }

    #[test]
    fn the_same_heading_means_different_things() {
        #[track_caller]
        fn check(layout: Layout, heading: &str, field: Field) {
            let column = layout
                .columns()
                .iter()
                .find(|column| column.name == heading);
            assert_eq!(
                column.map(|column| column.field),
                Some(field),
                "{layout} {heading}"
            );
        }
        check(Layout::N041, "JBDM", Field::DiagnosisCode);
        check(Layout::Tcm2019, "JBDM", Field::OutpatientTcmDiagnosisCode);
        check(Layout::Tcm2019, "JBBM", Field::OutpatientDiagnosisCode);
        check(Layout::Tcm2019, "JBBM1", Field::ExternalCauseCode);
        check(Layout::Tcm2019, "JBBM2", Field::PathologyCode);
        check(Layout::N041, "USERNAME", Field::OrganisationName);
        check(Layout::Tcm2019, "USERNAME", Field::LoginName);
    }

    #[test]
    fn fields_stand_at_their_own_index_with_unique_ids() {
        let mut ids = BTreeMap::new();
        for (index, info) in FIELDS.iter().enumerate() {
            assert_eq!(info.field as usize, index);
            assert!(ids.insert(info.id, index).is_none(), "{} twice", info.id);
            assert_eq!(Field::from_id(info.id), Some(info.field));
        }
    }

    #[test]
    fn every_yes_or_no_column_has_a_coding() {
        for info in FIELDS
            .iter()
            .filter(|info| info.data_type == DataType::Flag)
        {
            for layout in LAYOUTS {
                if !info.columns[layout as usize].is_empty() {
                    let coding = info.flag_coding(layout).expect(info.id);
                    for value in [true, false] {
                        assert_eq!(coding.value(coding.code(value)), Some(value));
                    }
                }
            }
        }
        let readmission = Field::PlannedReadmission31d.info();
        assert_eq!(
            readmission
                .flag_coding(Layout::Hqms811)
                .map(|c| c.code(true)),
            Some("2")
        );
        assert_eq!(
            readmission
                .flag_coding(Layout::Tcm2019)
                .map(|c| c.code(true)),
            Some("1")
        );
    }
}
