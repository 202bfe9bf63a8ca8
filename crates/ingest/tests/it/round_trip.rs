//! A record written in a layout and read again is the same record.

use std::fmt;

use biaochi_ingest::{LayoutWriter, OutputEncoding, OutputFormat};
use biaochi_records::{
    CompactString, DataType, Decimal2, FIELDS, Field, FieldInfo, FrontPage, Group, Layout, Value,
};
use jiff::civil::{Date, DateTime};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::support::read;

/// A record that shows only what is filled in, else a failure prints pages of `None`.
#[derive(Clone, PartialEq)]
struct Page(FrontPage);

impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        for info in FIELDS {
            for index in 0..self.0.count(info.group) {
                if let Some(value) = self.0.get(info.field, index) {
                    map.entry(&format_args!("{}[{index}]", info.id), &value);
                }
            }
        }
        map.entry(&"extensions", &self.0.extensions).finish()
    }
}

/// Elements that a repeating group has in a layout.
fn elements(layout: Layout, group: Group) -> usize {
    layout
        .columns()
        .iter()
        .filter(|column| column.field.info().group == group)
        .map(|column| usize::from(column.index) + 1)
        .max()
        .unwrap_or(0)
}

fn text() -> impl Strategy<Value = String> {
    // Delimiters, quotes, line breaks, full-width and four-byte characters; no surrounding blanks.
    "[一-龥a-z0-9\"|;,][a-z0-9一-龥,\"|;\t\n，Ⅰ㐀𠀀]{0,12}[一-龥a-z]"
}

fn code() -> impl Strategy<Value = String> {
    // Without E, which can make a number in exponent form.
    "[0-9A-DF-Z][0-9A-DF-Z.x+*/]{0,6}[0-9A-DF-Zx]"
}

fn day() -> impl Strategy<Value = Date> {
    (1900i16..2100, 1i8..=12, 1i8..=28)
        .prop_map(|(year, month, day)| Date::new(year, month, day).expect("a day of every month"))
}

fn time(layout: Layout, field: Field) -> impl Strategy<Value = DateTime> {
    let hour_only = layout == Layout::N041;
    let day_only = hour_only && field == Field::ProcedureStartTime;
    (day(), 0i8..24, 0i8..60, 0i8..60).prop_map(move |(day, hour, minute, second)| {
        if day_only {
            day.at(0, 0, 0, 0)
        } else if hour_only {
            day.at(hour, 0, 0, 0)
        } else {
            day.at(hour, minute, second, 0)
        }
    })
}

fn value(layout: Layout, info: &'static FieldInfo) -> BoxedStrategy<Value> {
    match (info.field, info.data_type) {
        (Field::ProcedureIncisionClass | Field::ProcedureIncisionHealing, _) => {
            // Set together below.
            Just(Value::Absent).boxed()
        }
        (Field::Sex, _) => "[0129]".prop_map(|code| Value::Text(code.into())).boxed(),
        (Field::DischargeDisposition, _) => {
            "[123459]".prop_map(|code| Value::Text(code.into())).boxed()
        }
        (_, DataType::Text) => text().prop_map(|text| Value::Text(text.into())).boxed(),
        (_, DataType::Code) => code().prop_map(|code| Value::Text(code.into())).boxed(),
        (_, DataType::Codes) => vec(code(), 1..4)
            .prop_map(|codes| Value::Codes(codes.iter().map(|code| code.into()).collect()))
            .boxed(),
        (_, DataType::Integer) => (0i32..1_000_000).prop_map(Value::Integer).boxed(),
        (_, DataType::Decimal { .. }) => (0i64..1_000_000_000_000)
            .prop_map(|hundredths| Value::Decimal(Decimal2::from_hundredths(hundredths)))
            .boxed(),
        (_, DataType::Flag) => any::<bool>().prop_map(Value::Flag).boxed(),
        (_, DataType::Date) => day().prop_map(Value::Date).boxed(),
        (_, DataType::Time) => time(layout, info.field).prop_map(Value::Time).boxed(),
    }
}

/// A record with anything that the layout can hold.
fn page(layout: Layout) -> impl Strategy<Value = Page> {
    let mut slots = Vec::new();
    for info in FIELDS
        .iter()
        .filter(|info| !info.columns[layout as usize].is_empty())
    {
        let elements = if info.group.is_repeated() {
            elements(layout, info.group).max(3)
        } else {
            1
        };
        for index in 0..elements.min(4) {
            let absent = Just(Value::Absent).boxed();
            let choice = proptest::strategy::Union::new_weighted(vec![
                (1, absent),
                (2, value(layout, info)),
            ]);
            slots.push(
                choice
                    .prop_map(move |value| (info.field, index, value))
                    .boxed(),
            );
        }
    }
    (slots, vec((0usize..13, any::<bool>()), 4)).prop_map(move |(values, incisions)| {
        let mut page = FrontPage::default();
        for (field, index, value) in values {
            let capacity = elements(layout, field.info().group);
            let repeated = field.info().group.is_repeated() && layout != Layout::Cases;
            if value != Value::Absent && (!repeated || index < capacity) {
                page.set(field, index, value)
                    .expect("a value of the field's type");
            }
        }
        fill_what_every_record_needs(layout, &mut page, &incisions);
        Page(page)
    })
}

/// Keys, no gaps, incision codes that RC014 knows, an admission before the discharge.
fn fill_what_every_record_needs(layout: Layout, page: &mut FrontPage, incisions: &[(usize, bool)]) {
    const CLASSES: [(&str, &str); 4] = [("0", ""), ("1", "1"), ("2", "9"), ("3", "3")];
    for diagnosis in &mut page.diagnoses {
        if diagnosis.code.is_empty() {
            diagnosis.code = "I10.x00".into();
        }
    }
    if layout == Layout::Cases {
        page.procedures
            .iter_mut()
            .filter(|p| p.code.is_empty())
            .for_each(|p| p.code = "00".into());
        return;
    }
    if page.diagnoses.is_empty() {
        page.diagnoses.push("I21.000".into());
    }
    page.procedures.retain(|procedure| !procedure.is_empty());
    for (procedure, (choice, given)) in page.procedures.iter_mut().zip(incisions) {
        if *given {
            let (class, healing) = CLASSES[choice % CLASSES.len()];
            procedure.incision_class = class.into();
            procedure.incision_healing = healing.into();
        }
    }
    page.pathologies.retain(|pathology| !pathology.is_empty());
    page.tcm_patterns.retain(|pattern| !pattern.is_empty());
    page.icu_stays.retain(|stay| !stay.is_empty());
    page.birth_weights.retain(|weight| !weight.is_empty());
    page.organisation_code = "450100000".into();
    page.medical_record_number = "0012".into();
    page.admission_count = Some(1);
    let discharge = page
        .discharge_time
        .unwrap_or(Date::constant(2024, 3, 5).at(10, 0, 0, 0));
    page.discharge_time = Some(discharge);
    if page
        .admission_time
        .is_some_and(|admission| admission > discharge)
    {
        page.admission_time = Some(discharge);
    }
}

fn check(layout: Layout, format: OutputFormat, page: &Page) -> Result<(), TestCaseError> {
    let mut writer = LayoutWriter::new(layout, format).with_extensions(["院内字段".to_owned()]);
    let mut page = page.0.clone();
    page.extensions.push(("院内字段".into(), "值,1".into()));
    let mut bytes = Vec::new();
    writer.header(&mut bytes);
    writer.row(&page, &mut bytes);
    let mut outcome = read("f.csv", bytes).expect("readable");
    // What is not filled in may be written as a dash.
    if format.unfilled.is_empty() {
        prop_assert!(outcome.records[0].1.marked.is_empty());
    }
    outcome.records[0].1.marked.clear();
    prop_assert_eq!(outcome.rejects.len(), 0, "{:?}", outcome.rejects);
    prop_assert_eq!(outcome.records.len(), 1);
    prop_assert_eq!(
        Page(outcome.records[0].1.clone()),
        Page(page),
        "{:?}",
        outcome.records[0].2
    );
    Ok(())
}

fn format() -> impl Strategy<Value = OutputFormat> {
    let encodings = [
        OutputEncoding::Utf8,
        OutputEncoding::Utf8WithBom,
        OutputEncoding::Gb18030,
    ];
    (
        proptest::sample::select(vec![b',', b'\t', b'|', b';']),
        proptest::sample::select(encodings.to_vec()),
        proptest::sample::select(vec!["", "-"]),
        proptest::sample::select(vec!["\n", "\r\n"]),
    )
        .prop_map(|(delimiter, encoding, unfilled, line_end)| OutputFormat {
            delimiter,
            encoding,
            unfilled,
            line_end,
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn hqms811(page in page(Layout::Hqms811), format in format()) {
        check(Layout::Hqms811, format, &page)?;
    }

    #[test]
    fn n041(page in page(Layout::N041), format in format()) {
        check(Layout::N041, format, &page)?;
    }

    #[test]
    fn tcm2019(page in page(Layout::Tcm2019), format in format()) {
        check(Layout::Tcm2019, format, &page)?;
    }

    #[test]
    fn cases(page in page(Layout::Cases), mut format in format()) {
        // Lists use the pipe themselves.
        if format.delimiter == b'|' {
            format.delimiter = b',';
        }
        check(Layout::Cases, format, &page)?;
    }
}

#[test]
fn a_record_beyond_a_layouts_columns_loses_only_the_surplus() {
    let mut page = FrontPage::default();
    for number in 0..60 {
        page.diagnoses.push(
            CompactString::from(format!("E{number:02}.900"))
                .as_str()
                .into(),
        );
    }
    let mut writer = LayoutWriter::new(Layout::Hqms811, OutputFormat::default());
    let mut bytes = Vec::new();
    writer.row(&page, &mut bytes);
    let row = String::from_utf8(bytes).expect("UTF-8");
    assert_eq!(row.matches(',').count(), 810);
    assert!(row.contains("E40.900") && !row.contains("E41.900"));
}
