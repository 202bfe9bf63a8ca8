//! What a data set asks, as its pack says it.

use biaochi_domain::{Message, coded};
use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::roll_up::RollUp;
use crate::schedule::Frequency;
use crate::value::Value;

/// Longest id of a data set or field.
const ID_CHARACTERS: usize = 48;

/// Names that no field may have: columns that every data set has.
const RESERVED_FIELDS: [&str; 10] = [
    "organisation_code",
    "dataset",
    "period",
    "first_month",
    "last_month",
    "months",
    "days",
    "breakdown",
    "version",
    "fact",
];

/// Names that no data set may have: tables and views that every workspace has.
const RESERVED_SETS: [&str; 13] = [
    "discharge",
    "grouping",
    "quality",
    "finding",
    "drg_cell",
    "import_journal",
    "fact",
    "stay",
    "discharge_grouped",
    "hospital_month",
    "indicator_value",
    "information_schema",
    "record",
];

/// Begins the name of a field's value in the period before.
pub const PREVIOUS: &str = "previous_";
/// Begins the name of a field's value in the same period of the year before.
pub const YEAR_BEFORE: &str = "year_before_";

coded! {
    /// Who fills a data set in.
    pub enum FilledBy {
        /// An institution about itself.
        Institution = "institution", "医疗机构", "institution";
        /// The health commission of a division about it.
        Division = "division", "卫生健康行政部门", "health commission";
        /// The lead of an alliance about it.
        Alliance = "alliance", "医联体", "alliance";
    }
}

coded! {
    /// How the values of the months of a longer period become its value.
    pub enum OverTime {
        /// They are added: a flow, such as income.
        Sum = "sum", "累计", "sum";
        /// The last one holds: a stock, such as beds.
        Latest = "latest", "期末", "latest";
        /// Their mean.
        Average = "average", "平均", "average";
    }
}

coded! {
    /// What a fault keeps a person from.
    pub enum Severity {
        /// It cannot be submitted.
        Error = "error", "错误", "error";
        /// It can be submitted with an explanation.
        Warning = "warning", "核实", "warning";
    }
}

coded! {
    /// How sure a definition is.
    pub enum Certainty {
        /// Read in the document.
        Confirmed = "confirmed", "已核对原文", "confirmed";
        /// Known in the field; not compared with the document.
        General = "general", "通行口径，未核对原文", "general knowledge, not compared with the document";
        /// From memory.
        Memory = "memory", "凭记忆，待核对", "from memory, to be checked";
    }
}

/// Where a definition comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citation {
    /// Id of the source of the pack.
    pub source: String,
    /// The place in it; may be empty.
    pub clause: String,
    /// How sure it is.
    pub certainty: Certainty,
}

/// A reporting form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataSet {
    /// Its id, also its name in SQL.
    pub id: String,
    /// 名称.
    pub title: String,
    /// Why it is asked for.
    pub purpose: String,
    /// How often.
    pub frequency: Frequency,
    /// Who fills it in.
    pub filled_by: FilledBy,
    /// The office that fills it in.
    pub filler: String,
    /// The office that approves it.
    pub approver: String,
    /// Days after the last day of the period by which it is due.
    pub due_day: u16,
    /// Words about the institutions that are asked; empty for all.
    pub applies_to: Vec<String>,
    /// Where it comes from.
    pub citation: Citation,
    /// What the filler should know; may be empty.
    pub note: String,
    /// Periods that end before this day are not asked for.
    pub valid_from: Option<Date>,
    /// Periods that begin after this day are not asked for.
    pub valid_to: Option<Date>,
    /// What is asked, in order.
    pub fields: Vec<Field>,
    /// The values by which every field is asked; without it there is one row.
    pub breakdown: Option<Breakdown>,
    /// What the values have to fulfil together.
    pub rules: Vec<Rule>,
}

/// One thing that is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its id, also its column in SQL.
    pub id: String,
    /// 名称.
    pub title: String,
    /// Heading over several fields; may be empty.
    pub section: String,
    /// What a value is.
    pub kind: Kind,
    /// Unit of a number; may be empty.
    pub unit: String,
    /// What counts and what does not.
    pub definition: String,
    /// Whether it must be filled in.
    pub required: bool,
    /// The smallest value.
    pub min: Option<Value>,
    /// The largest value.
    pub max: Option<Value>,
    /// How values of months come together; numbers only.
    pub over_time: Option<OverTime>,
    /// How values of institutions come together for a unit that has several.
    pub roll_up: RollUp,
    /// A plausible value.
    pub example: Option<Value>,
    /// The fields of which it is the sum.
    pub sum_of: Vec<String>,
    /// The field of which it is a part.
    pub part_of: Option<String>,
    /// Where it comes from.
    pub citation: Citation,
}

/// What the values of a field are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Whole numbers.
    Integer,
    /// Numbers with so many places.
    Decimal(u32),
    /// Yes or no.
    Boolean,
    /// One of these words.
    Choice(Vec<String>),
    /// Any text.
    Text,
    /// Days.
    Date,
}

impl Kind {
    /// Whether values can be added and compared as numbers.
    pub fn is_number(&self) -> bool {
        matches!(self, Self::Integer | Self::Decimal(_))
    }

    /// Places behind the decimal point.
    pub fn places(&self) -> u32 {
        match self {
            Self::Decimal(places) => *places,
            _ => 0,
        }
    }

    /// The word in a pack.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Integer => "integer",
            Self::Decimal(_) => "decimal",
            Self::Boolean => "boolean",
            Self::Choice(_) => "choice",
            Self::Text => "text",
            Self::Date => "date",
        }
    }
}

/// A list of values by which all fields are asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breakdown {
    /// Its id, also its column in rules.
    pub id: String,
    /// 名称.
    pub title: String,
    /// Its values, in order.
    pub choices: Vec<String>,
    /// Whether every value must have a row.
    pub complete: bool,
}

/// What values have to fulfil together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its id, unique in the data set.
    pub id: String,
    /// SQL that is true where the rule is violated.
    pub when: String,
    /// Whether it keeps from submitting.
    pub severity: Severity,
    /// What the filler reads.
    pub message: Message,
    /// What to do about it.
    pub mend: String,
}

impl DataSet {
    /// A field by its id.
    pub fn field(&self, id: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.id == id)
    }

    /// A field by its id, its title, or its title with the unit in brackets, as headings have it.
    pub fn field_by_heading(&self, heading: &str) -> Option<&Field> {
        let plain = |text: &str| {
            let text = text.replace(['（', '('], "(").replace(['）', ')'], ")");
            text.split_whitespace().collect::<String>()
        };
        let heading = plain(heading);
        let heading = heading.trim_end_matches('*');
        self.fields.iter().find(|field| {
            heading == field.id
                || heading == plain(&field.title)
                || (!field.unit.is_empty()
                    && heading == plain(&format!("{}({})", field.title, field.unit)))
        })
    }

    /// The values of the breakdown; one empty text without it.
    pub fn rows(&self) -> Vec<&str> {
        match &self.breakdown {
            Some(breakdown) => breakdown.choices.iter().map(String::as_str).collect(),
            None => vec![""],
        }
    }
}

/// Whether a text can be the id of a data set or field: a name that SQL takes without quotes.
pub fn is_id(text: &str) -> bool {
    text.len() <= ID_CHARACTERS
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Whether no field may have this id.
pub fn is_reserved_field(id: &str) -> bool {
    RESERVED_FIELDS.contains(&id) || id.starts_with(PREVIOUS) || id.starts_with(YEAR_BEFORE)
}

/// Whether no data set may have this id.
pub fn is_reserved_set(id: &str) -> bool {
    RESERVED_SETS.contains(&id)
}

/// The number with which a choice such as `4级` begins; indicators and targets compare it.
pub fn leading_number(text: &str) -> Option<Decimal> {
    let end = text
        .find(|character: char| !character.is_ascii_digit() && character != '.')
        .unwrap_or(text.len());
    text[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_names_of_sql() {
        for (text, expected) in [
            ("finance", true),
            ("a1_b", true),
            ("1a", false),
            ("_a", false),
            ("Finance", false),
            ("a-b", false),
            ("财务", false),
            ("", false),
            (&"a".repeat(49), false),
        ] {
            assert_eq!(is_id(text), expected, "{text}");
        }
        assert!(is_reserved_field("period") && is_reserved_field("previous_x"));
        assert!(!is_reserved_field("beds") && is_reserved_set("discharge"));
    }

    #[test]
    fn levels_have_a_number() {
        let number = |text| leading_number(text).map(|number| number.to_string());
        assert_eq!(number("4级"), Some("4".to_owned()));
        assert_eq!(number("2.5星"), Some("2.5".to_owned()));
        assert_eq!(number("甲"), None);
    }
}
