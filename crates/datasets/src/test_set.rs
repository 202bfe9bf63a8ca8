//! Small data sets for the tests of this crate.

use crate::cell::parse_cell;
use crate::definition::{Breakdown, Certainty, Citation, DataSet, Field, FilledBy, Kind, OverTime};
use crate::roll_up::RollUp;
use crate::schedule::Frequency;
use crate::value::{Row, Value};

fn citation() -> Citation {
    Citation {
        source: "test".to_owned(),
        clause: String::new(),
        certainty: Certainty::General,
    }
}

pub(crate) fn field(id: &str, kind: Kind) -> Field {
    Field {
        id: id.to_owned(),
        title: id.to_owned(),
        section: String::new(),
        over_time: kind.is_number().then_some(OverTime::Sum),
        roll_up: RollUp::Sum,
        kind,
        unit: String::new(),
        definition: String::new(),
        required: false,
        min: None,
        max: None,
        example: None,
        sum_of: Vec::new(),
        part_of: None,
        citation: citation(),
    }
}

fn set(id: &str, fields: Vec<Field>) -> DataSet {
    DataSet {
        id: id.to_owned(),
        title: id.to_owned(),
        purpose: String::new(),
        frequency: Frequency::Month,
        filled_by: FilledBy::Institution,
        filler: "财务科".to_owned(),
        approver: "财务股".to_owned(),
        due_day: 15,
        applies_to: Vec::new(),
        citation: citation(),
        note: String::new(),
        valid_from: None,
        valid_to: None,
        fields,
        breakdown: None,
        rules: Vec::new(),
    }
}

/// Income: a sum, its parts, and a part of it.
pub(crate) fn finance() -> DataSet {
    let money = |id: &str, title: &str| Field {
        title: title.to_owned(),
        unit: "元".to_owned(),
        ..field(id, Kind::Decimal(2))
    };
    let mut income = money("medical_income", "医疗收入");
    income.required = true;
    income.min = Some(Value::Number(0.into()));
    income.sum_of = vec![
        "outpatient_income".to_owned(),
        "inpatient_income".to_owned(),
    ];
    let mut drugs = money("drug_income", "药品收入");
    drugs.part_of = Some("medical_income".to_owned());
    let (out, inside) = (
        money("outpatient_income", "门诊收入"),
        money("inpatient_income", "住院收入"),
    );
    set("finance", vec![income, out, inside, drugs])
}

/// Staff by specialty.
pub(crate) fn staff() -> DataSet {
    let mut physicians = field("physicians", Kind::Integer);
    "医师".clone_into(&mut physicians.title);
    physicians.required = true;
    let mut set = set("staff", vec![physicians, field("nurses", Kind::Integer)]);
    set.breakdown = Some(Breakdown {
        id: "specialty".to_owned(),
        title: "专业".to_owned(),
        choices: vec!["麻醉".to_owned(), "儿科".to_owned()],
        complete: false,
    });
    set
}

/// A row as a person fills it in.
pub(crate) fn row(set: &DataSet, breakdown: &str, cells: &[(&str, &str)]) -> Row {
    let mut row = Row {
        breakdown: breakdown.to_owned(),
        ..Row::default()
    };
    for (id, text) in cells {
        let field = set.field(id).expect("a field of the data set");
        match parse_cell(field, text) {
            Ok(Some(value)) => {
                row.values.insert((*id).to_owned(), value);
            }
            Ok(None) => {}
            Err(_) => {
                row.unread.insert((*id).to_owned(), (*text).to_owned());
            }
        }
    }
    row
}
