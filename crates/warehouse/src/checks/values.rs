//! The values of a record that a message shows.

use biaochi_records::Field as PageField;
use datafusion::arrow::array::{Array as _, ArrayRef, AsArray as _};
use datafusion::arrow::datatypes::{DataType, Schema};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};

use super::record::is_identifier;

/// What stands where a direct identifier would be shown.
const HIDDEN: &str = "***";

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    /// A column of the record, or a term.
    Column(usize),
    /// A member of a structure or of the elements of a list.
    Member(usize, String),
    /// A direct identifier.
    Hidden,
    /// The measured value.
    Measure,
    /// The number of places.
    Count,
}

impl Source {
    /// The source of a name in a message.
    pub(super) fn find(name: &str, schema: &Schema) -> Option<Self> {
        match name {
            "measure" => return Some(Self::Measure),
            "count" => return Some(Self::Count),
            _ if is_identifier(name) => return Some(Self::Hidden),
            _ => {}
        }
        if let Ok(index) = schema.index_of(name) {
            return Some(Self::Column(index));
        }
        let field = PageField::from_id(name)?.info();
        let (column, member) = name.split_once('.')?;
        let index = schema.index_of(column).ok()?;
        let members = match schema.field(index).data_type() {
            DataType::Struct(members) => members.clone(),
            DataType::List(element) => match element.data_type() {
                DataType::Struct(members) => members.clone(),
                _ => return None,
            },
            _ => return None,
        };
        let visible = members.iter().any(|known| known.name() == member);
        if !visible {
            return Some(Self::Hidden);
        }
        debug_assert_eq!(field.member, member);
        Some(Self::Member(index, member.to_owned()))
    }

    /// The value of a row as people read it; empty when there is none.
    pub(super) fn text(
        &self,
        columns: &[ArrayRef],
        row: usize,
        measured: &str,
        places: u32,
    ) -> String {
        match self {
            Self::Hidden => HIDDEN.to_owned(),
            Self::Measure => measured.to_owned(),
            Self::Count => places.to_string(),
            Self::Column(index) => shown(&columns[*index], row),
            Self::Member(index, member) => {
                let column = &columns[*index];
                if let Some(structure) = column.as_struct_opt() {
                    return structure
                        .column_by_name(member)
                        .map_or_else(String::new, |values| shown(values, row));
                }
                let Some(list) = column
                    .as_list_opt::<i32>()
                    .filter(|list| list.is_valid(row))
                else {
                    return String::new();
                };
                let elements = list.value(row);
                let members = elements
                    .as_struct_opt()
                    .and_then(|one| one.column_by_name(member));
                members.map_or_else(String::new, joined)
            }
        }
    }
}

fn joined(values: &ArrayRef) -> String {
    let texts = (0..values.len()).map(|row| shown(values, row));
    texts
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join("、")
}

/// A value as people read it; empty when there is none.
pub(crate) fn shown(column: &ArrayRef, row: usize) -> String {
    if column.is_null(row) {
        return String::new();
    }
    if let Some(list) = column.as_list_opt::<i32>() {
        return joined(&list.value(row));
    }
    if column.data_type() == &DataType::Boolean {
        return if column.as_boolean().value(row) {
            "是"
        } else {
            "否"
        }
        .to_owned();
    }
    let options = FormatOptions::default()
        .with_timestamp_format(Some("%Y-%m-%d %H:%M"))
        .with_null("");
    let formatter = ArrayFormatter::try_new(column.as_ref(), &options);
    formatter.map_or_else(
        |_| String::new(),
        |formatter| formatter.value(row).to_string(),
    )
}
