//! Table `discharge`: its columns follow from the field catalogue.

use std::sync::Arc;

use biaochi_domain::Month;
use biaochi_records::{CompactString, FIELDS, Field as PageField, FieldInfo, FrontPage, Group};
use datafusion::arrow::array::{
    ArrayRef, BinaryBuilder, Int64Builder, ListArray, ListBuilder, MapBuilder, MapFieldNames,
    RecordBatch, StringArray, StringBuilder, StructArray,
};
use datafusion::arrow::buffer::{OffsetBuffer, ScalarBuffer};
use datafusion::arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef};

use super::column::{ColumnBuilder, arrow_type, element_field, list_of, push_content};
use super::identity::{is_sealed, push_identity, record_key_bytes, sealed_fields};
use crate::key::{Sealer, WorkspaceKey, hex};

/// Where the rows of a batch come from.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The import.
    pub import_id: &'a str,
    /// The file as the person named it.
    pub file: &'a str,
    /// Layout id.
    pub layout: &'a str,
}

/// Encoded front pages, with what the import must know of each row.
#[derive(Debug)]
pub struct DischargeBatch {
    /// Rows of the table.
    pub batch: RecordBatch,
    /// First half of each row's record key.
    pub keys: Vec<u64>,
    /// Each row's place in `partitions`.
    pub row_partitions: Vec<u32>,
    /// The (organisation, month) pairs that occur, in order of first occurrence.
    pub partitions: Vec<(CompactString, Month)>,
}

/// The schema of the table.
pub fn discharge_schema() -> SchemaRef {
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    let mut fields = vec![
        text("organisation_code"),
        text("discharge_month"),
        text("record_key"),
        text("person_key"),
        Field::new("content_hash", DataType::Int64, true),
        text("import_id"),
        text("source_file"),
        Field::new("source_row", DataType::Int64, true),
        text("layout"),
        Field::new("sealed", DataType::Binary, true),
    ];
    fields.extend(plan().iter().map(PlannedColumn::arrow_field));
    fields.push(Field::new("extensions", map_type(), true));
    for name in FIELD_LISTS {
        fields.push(Field::new(name, list_of(DataType::Utf8), true));
    }
    Arc::new(Schema::new(fields))
}

/// Columns with ids of fields: those marked as not filled in, and those whose value cannot be read.
const FIELD_LISTS: [&str; 2] = ["marked", "unreadable"];

/// A column or group of columns that the catalogue asks for.
enum PlannedColumn {
    Field(&'static FieldInfo),
    Group(Group, Vec<&'static FieldInfo>),
}

/// Columns in catalogue order; a group stands where its first field stands.
fn plan() -> Vec<PlannedColumn> {
    let mut columns = Vec::<PlannedColumn>::new();
    for info in FIELDS.iter() {
        // The organisation is a partition column and stands in front.
        if is_sealed(info) || info.field == PageField::OrganisationCode {
            continue;
        }
        if info.group == Group::Record {
            columns.push(PlannedColumn::Field(info));
            continue;
        }
        let known = columns.iter_mut().find_map(|column| match column {
            PlannedColumn::Group(group, members) if *group == info.group => Some(members),
            _ => None,
        });
        match known {
            Some(members) => members.push(info),
            None => columns.push(PlannedColumn::Group(info.group, vec![info])),
        }
    }
    columns
}

impl PlannedColumn {
    fn arrow_field(&self) -> Field {
        match self {
            Self::Field(info) => Field::new(info.member, arrow_type(info.data_type), true),
            Self::Group(group, members) => {
                let structure = DataType::Struct(member_fields(members));
                let data_type = if group.is_repeated() {
                    list_of(structure)
                } else {
                    structure
                };
                Field::new(group.id(), data_type, true)
            }
        }
    }
}

fn member_fields(members: &[&'static FieldInfo]) -> Fields {
    members
        .iter()
        .map(|info| Field::new(info.member, arrow_type(info.data_type), true))
        .collect()
}

pub(super) fn map_names() -> MapFieldNames {
    MapFieldNames {
        entry: "key_value".into(),
        key: "key".into(),
        value: "value".into(),
    }
}

pub(super) fn map_type() -> DataType {
    let entries = Fields::from(vec![
        Field::new("key", DataType::Utf8, false),
        Field::new("value", DataType::Utf8, true),
    ]);
    DataType::Map(
        Arc::new(Field::new("key_value", DataType::Struct(entries), false)),
        false,
    )
}

/// Turns front pages into rows. Made once per thread; every batch reuses its memory.
pub struct DischargeEncoder {
    schema: SchemaRef,
    key: WorkspaceKey,
    sealer: Sealer,
    sealed_fields: Vec<&'static FieldInfo>,
    columns: Vec<Planned>,
    extensions: MapBuilder<StringBuilder, StringBuilder>,
    field_lists: [ListBuilder<StringBuilder>; FIELD_LISTS.len()],
    record_keys: StringBuilder,
    person_keys: StringBuilder,
    content_hashes: Int64Builder,
    source_rows: Int64Builder,
    sealed: BinaryBuilder,
    organisations: StringBuilder,
    months: StringBuilder,
    keys: Vec<u64>,
    row_partitions: Vec<u32>,
    partitions: Vec<(CompactString, Month)>,
    /// Reused: the content of the current page, and its identifiers.
    content: Vec<u8>,
    identity: Vec<u8>,
}

/// Builders of a planned column.
enum Planned {
    Field(&'static FieldInfo, ColumnBuilder),
    Group {
        group: Group,
        members: Vec<&'static FieldInfo>,
        builders: Vec<ColumnBuilder>,
        offsets: Vec<i32>,
    },
}

impl std::fmt::Debug for DischargeEncoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DischargeEncoder")
            .field("rows", &self.len())
            .finish_non_exhaustive()
    }
}

impl DischargeEncoder {
    /// An encoder that seals with the workspace's key.
    pub fn new(key: WorkspaceKey) -> Self {
        let columns = plan()
            .into_iter()
            .map(|column| match column {
                PlannedColumn::Field(info) => {
                    Planned::Field(info, ColumnBuilder::new(info.data_type))
                }
                PlannedColumn::Group(group, members) => {
                    let builders = members
                        .iter()
                        .map(|info| ColumnBuilder::new(info.data_type))
                        .collect();
                    Planned::Group {
                        group,
                        members,
                        builders,
                        offsets: vec![0],
                    }
                }
            })
            .collect();
        Self {
            schema: discharge_schema(),
            sealer: key.sealer(),
            key,
            sealed_fields: sealed_fields(),
            columns,
            extensions: MapBuilder::new(
                Some(map_names()),
                StringBuilder::new(),
                StringBuilder::new(),
            ),
            field_lists: std::array::from_fn(|_| {
                ListBuilder::new(StringBuilder::new()).with_field(element_field(DataType::Utf8))
            }),
            record_keys: StringBuilder::new(),
            person_keys: StringBuilder::new(),
            content_hashes: Int64Builder::new(),
            source_rows: Int64Builder::new(),
            sealed: BinaryBuilder::new(),
            organisations: StringBuilder::new(),
            months: StringBuilder::new(),
            keys: Vec::new(),
            row_partitions: Vec::new(),
            partitions: Vec::new(),
            content: Vec::new(),
            identity: Vec::new(),
        }
    }

    /// Rows since the last batch.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether no row was added since the last batch.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Adds a page that was found on a row of its file and returns its record key in hexadecimal;
    /// `None`, and nothing is added, when the page has no complete key.
    pub fn push(&mut self, page: &FrontPage, row: u64) -> Option<String> {
        let key = page.key()?;
        let date = key.discharge_time.date();
        let month = Month::new(date.year(), u8::try_from(date.month()).ok()?)?;
        let bytes = record_key_bytes(&key);
        let record_key = hex(&bytes);
        self.push_fields(page, row);
        self.identity.clear();
        push_identity(&mut self.identity, page, &self.sealed_fields, |info| {
            elements(page, info.group)
        });
        self.content.extend_from_slice(&self.identity);
        let sealed =
            (!self.identity.is_empty()).then(|| self.sealer.seal(&record_key, &self.identity));
        self.sealed.append_option(sealed);
        self.content_hashes
            .append_value(self.key.content_hash(&self.content));
        self.person_keys
            .append_option(self.key.person_key(&page.id_number));
        self.organisations.append_value(&key.organisation_code);
        let partition = self.partition(&key.organisation_code, month);
        self.months.append_value(month.to_string());
        self.row_partitions.push(partition);
        self.keys.push(u64::from_be_bytes(
            bytes[..8].try_into().expect("8 of 16 bytes"),
        ));
        self.record_keys.append_value(&record_key);
        Some(record_key)
    }

    /// Adds a page that is looked at and not stored: it needs no key, nothing is sealed, and its batch
    /// belongs to no partition.
    pub fn push_unstored(&mut self, page: &FrontPage, row: u64) {
        self.push_of_person(page, row, None);
    }

    /// Adds a page that is looked at and not stored, as one of a person with this key.
    pub fn push_of_person(&mut self, page: &FrontPage, row: u64, person_key: Option<&str>) {
        self.push_fields(page, row);
        self.sealed.append_null();
        self.content_hashes.append_value(0);
        self.person_keys.append_option(person_key);
        self.organisations
            .append_option(Some(page.organisation_code.as_str()).filter(|code| !code.is_empty()));
        let month = page
            .discharge_time
            .and_then(|time| Month::new(time.year(), u8::try_from(time.month()).ok()?));
        self.months
            .append_option(month.map(|month| month.to_string()));
        let key = page.key();
        self.record_keys
            .append_option(key.map(|key| hex(&record_key_bytes(&key))));
        self.keys.push(0);
    }

    fn push_fields(&mut self, page: &FrontPage, row: u64) {
        self.content.clear();
        for column in &mut self.columns {
            column.append(page, &mut self.content);
        }
        for (name, value) in &page.extensions {
            self.extensions.keys().append_value(name);
            self.extensions.values().append_value(value);
            self.content.extend_from_slice(name.as_bytes());
            self.content.push(0);
            self.content.extend_from_slice(value.as_bytes());
            self.content.push(0);
        }
        self.extensions
            .append(true)
            .expect("as many keys as values");
        let lists = [&page.marked, &page.unreadable];
        for (list, builder) in lists.into_iter().zip(&mut self.field_lists) {
            for field in list {
                builder.values().append_value(field.info().id);
                self.content
                    .extend_from_slice(&(*field as u16).to_le_bytes());
            }
            builder.append(true);
            self.content.push(0);
        }
        self.source_rows
            .append_value(i64::try_from(row).unwrap_or(i64::MAX));
    }

    fn partition(&mut self, organisation: &str, month: Month) -> u32 {
        // Rows of a file come in runs, so the last one is the likely one.
        let known = self
            .partitions
            .iter()
            .rposition(|(code, of)| *of == month && code == organisation);
        let index = known.unwrap_or_else(|| {
            self.partitions.push((organisation.into(), month));
            self.partitions.len() - 1
        });
        u32::try_from(index).expect("a batch has fewer than 2^32 rows")
    }

    /// The rows since the last batch, all of one source.
    pub fn finish(&mut self, source: Source<'_>) -> DischargeBatch {
        let rows = self.len();
        let constant = |value: &str| -> ArrayRef {
            Arc::new(StringArray::from_iter_values(std::iter::repeat_n(
                value, rows,
            )))
        };
        let mut columns: Vec<ArrayRef> = vec![
            Arc::new(self.organisations.finish()),
            Arc::new(self.months.finish()),
            Arc::new(self.record_keys.finish()),
            Arc::new(self.person_keys.finish()),
            Arc::new(self.content_hashes.finish()),
            constant(source.import_id),
            constant(source.file),
            Arc::new(self.source_rows.finish()),
            constant(source.layout),
            Arc::new(self.sealed.finish()),
        ];
        columns.extend(self.columns.iter_mut().map(Planned::finish));
        columns.push(Arc::new(self.extensions.finish()));
        for builder in &mut self.field_lists {
            columns.push(Arc::new(builder.finish()));
        }
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns)
            .expect("the columns were built from the schema");
        DischargeBatch {
            batch,
            keys: std::mem::take(&mut self.keys),
            row_partitions: std::mem::take(&mut self.row_partitions),
            partitions: std::mem::take(&mut self.partitions),
        }
    }
}

impl Planned {
    fn append(&mut self, page: &FrontPage, content: &mut Vec<u8>) {
        match self {
            Self::Field(info, builder) => append(info, builder, page, 0, content),
            Self::Group {
                group,
                members,
                builders,
                offsets,
            } => {
                let count = elements(page, *group);
                for index in 0..count {
                    for (info, builder) in members.iter().zip(builders.iter_mut()) {
                        append(info, builder, page, index, content);
                    }
                }
                let last = offsets.last().copied().unwrap_or(0);
                offsets.push(last + i32::try_from(count).unwrap_or(0));
            }
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Field(_, builder) => builder.finish(),
            Self::Group {
                group,
                members,
                builders,
                offsets,
            } => {
                let arrays = builders.iter_mut().map(ColumnBuilder::finish).collect();
                let fields = member_fields(members);
                let offsets = std::mem::replace(offsets, vec![0]);
                let structure = StructArray::new(fields.clone(), arrays, None);
                if !group.is_repeated() {
                    return Arc::new(structure);
                }
                let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
                let element = element_field(DataType::Struct(fields));
                Arc::new(ListArray::new(element, offsets, Arc::new(structure), None))
            }
        }
    }
}

fn append(
    info: &FieldInfo,
    builder: &mut ColumnBuilder,
    page: &FrontPage,
    index: usize,
    content: &mut Vec<u8>,
) {
    let value = page.get(info.field, index);
    if let Some(value) = value {
        content.extend_from_slice(&(info.field as u16).to_le_bytes());
        content.push(u8::try_from(index).unwrap_or(u8::MAX));
        push_content(content, value);
    }
    builder.append(value);
}

/// Number of elements of a group in a page; the record itself and the charges are one.
fn elements(page: &FrontPage, group: Group) -> usize {
    match group {
        Group::Record | Group::Charges => 1,
        Group::TcmPatterns => page.tcm_patterns.len(),
        Group::Diagnoses => page.diagnoses.len(),
        Group::Pathologies => page.pathologies.len(),
        Group::Procedures => page.procedures.len(),
        Group::BirthWeights => page.birth_weights.len(),
        Group::IcuStays => page.icu_stays.len(),
    }
}
