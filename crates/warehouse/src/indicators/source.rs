//! The source `stay`: a discharge and its group, in as many columns as expressions name.

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema, SchemaRef};

use crate::tables::{PARTITION_COLUMNS, discharge_schema, grouping_schema};

/// Columns of `discharge` that say nothing about the stay, or not to everybody.
const LEFT_OUT: [&str; 6] = [
    "record_key",
    "content_hash",
    "import_id",
    "source_file",
    "source_row",
    "sealed",
];

/// Columns of `grouping`, and their names here.
pub(super) const GROUP_COLUMNS: [(&str, &str); 5] = [
    ("status", "grouping_status"),
    ("mdc", "mdc"),
    ("adrg", "adrg"),
    ("drg", "drg"),
    ("weight", "weight"),
];

/// SQL of the department and the physician that sums are kept by.
pub(super) const DEPARTMENT: &str = "coalesce(discharge_department, '')";
pub(super) const PHYSICIAN: &str = "coalesce(attending_physician_code, attending_physician, '')";

/// All columns of the source.
pub fn stay_fields() -> Vec<FieldRef> {
    let discharge = discharge_schema();
    let kept = discharge.fields().iter();
    let mut fields: Vec<FieldRef> = kept
        .filter(|field| !LEFT_OUT.contains(&field.name().as_str()))
        .map(Arc::clone)
        .collect();
    let grouping = grouping_schema();
    for (column, name) in GROUP_COLUMNS {
        if let Ok(field) = grouping.field_with_name(column) {
            fields.push(Arc::new(field.clone().with_name(name)));
        }
    }
    fields
}

/// The columns of the source that expressions name, their structures with the members named only.
#[derive(Debug, Clone)]
pub(super) struct Needed {
    /// The columns, in the order of the source.
    pub(super) schema: SchemaRef,
    /// Of each column its place in the files: discharge, grouping, or the partition.
    pub(super) origin: Vec<Origin>,
}

/// Where a column comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    /// A column of the files of `discharge`.
    Discharge,
    /// A column of the files of `grouping`, by its name there.
    Grouping(&'static str),
    /// A partition column, by its place.
    Partition(usize),
}

impl Needed {
    /// What the texts of expressions name. A word that is a column's or a member's name counts wherever
    /// it stands: a column too many costs time, one too few would be an error.
    pub(super) fn by<'a>(expressions: impl IntoIterator<Item = &'a str>) -> Self {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let words: HashSet<&str> = expressions
            .into_iter()
            .flat_map(|sql| sql.split(move |c: char| !is_word(c)))
            .collect();
        let (mut fields, mut origin) = (Vec::new(), Vec::new());
        for field in stay_fields() {
            let name = field.name().as_str();
            // Without any column a batch would not know its rows.
            if !words.contains(name) && name != PARTITION_COLUMNS[0] {
                continue;
            }
            let partition = PARTITION_COLUMNS.iter().position(|known| *known == name);
            let group = GROUP_COLUMNS.iter().find(|(_, own)| *own == name);
            origin.push(match (partition, group) {
                (Some(place), _) => Origin::Partition(place),
                (None, Some((column, _))) => Origin::Grouping(column),
                (None, None) => Origin::Discharge,
            });
            let data_type = pruned(field.data_type(), &words);
            fields.push(Arc::new(Field::new(name, data_type, true)));
        }
        Self {
            schema: Arc::new(Schema::new(Fields::from(fields))),
            origin,
        }
    }

    /// Whether columns of `grouping` are among them.
    pub(super) fn uses_groups(&self) -> bool {
        let mut origins = self.origin.iter();
        origins.any(|origin| matches!(origin, Origin::Grouping(_)))
    }

    /// Whether a leaf of a file of `discharge` is needed, by the first and last part of its path.
    pub(super) fn wants(&self, root: &str, leaf: &str) -> bool {
        let Some((place, field)) = self.schema.fields().find(root) else {
            return false;
        };
        if self.origin[place] != Origin::Discharge {
            return false;
        }
        match structure(field.data_type()) {
            Some(members) => members.find(leaf).is_some(),
            None => true,
        }
    }
}

/// The members of a structure or of the elements of a list.
fn structure(data_type: &DataType) -> Option<&Fields> {
    match data_type {
        DataType::Struct(members) => Some(members),
        DataType::List(element) => structure(element.data_type()),
        _ => None,
    }
}

/// A type with the members that are named; of lists also the code, which functions look at unasked.
fn pruned(data_type: &DataType, words: &HashSet<&str>) -> DataType {
    match data_type {
        DataType::Struct(members) => {
            let named = |field: &&FieldRef| words.contains(field.name().as_str());
            let mut kept: Vec<FieldRef> = members.iter().filter(named).map(Arc::clone).collect();
            if kept.is_empty() {
                kept.extend(members.iter().take(1).map(Arc::clone));
            }
            DataType::Struct(Fields::from(kept))
        }
        DataType::List(element) => {
            let own = match element.data_type() {
                DataType::Struct(members) => {
                    let named = |field: &&FieldRef| {
                        field.name() == "code" || words.contains(field.name().as_str())
                    };
                    let kept: Vec<FieldRef> =
                        members.iter().filter(named).map(Arc::clone).collect();
                    match kept.is_empty() {
                        true => DataType::Struct(members.iter().take(1).map(Arc::clone).collect()),
                        false => DataType::Struct(Fields::from(kept)),
                    }
                }
                other => other.clone(),
            };
            DataType::List(Arc::new(element.as_ref().clone().with_data_type(own)))
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needed(sql: &str) -> Vec<String> {
        let needed = Needed::by([sql]);
        let fields = needed.schema.fields().iter();
        fields
            .map(|field| match structure(field.data_type()) {
                Some(members) => {
                    let members: Vec<_> = members.iter().map(|one| one.name().as_str()).collect();
                    format!("{}({})", field.name(), members.join(" "))
                }
                None => field.name().clone(),
            })
            .collect()
    }

    #[test]
    fn only_what_is_named_is_read() {
        assert_eq!(needed("true"), ["organisation_code"]);
        assert_eq!(
            needed("charges['total_charges'] + charges['blood'] > 0 and drg = 'x'"),
            ["organisation_code", "charges(total_charges blood)", "drg"]
        );
        assert_eq!(
            needed(
                "any_element(diagnoses, 'present_on_admission', '4') and cardinality(icu_stays) > 0"
            ),
            [
                "organisation_code",
                "diagnoses(code present_on_admission)",
                "icu_stays(unit)"
            ]
        );
    }

    #[test]
    fn no_column_shows_a_direct_identifier_or_where_a_row_came_from() {
        let fields = stay_fields();
        let has = |name: &str| fields.iter().any(|field| field.name() == name);
        assert!(has("person_key") && has("weight") && has("procedures"));
        for hidden in [
            "sealed",
            "record_key",
            "source_file",
            "patient_name",
            "id_number",
        ] {
            assert!(!has(hidden), "{hidden}");
        }
    }
}
