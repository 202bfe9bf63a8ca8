//! Schemes small enough to reckon by hand.

mod events;
mod grades;
mod index;
mod properties;
mod shapes;
mod tables;
mod words;

use rust_decimal::Decimal;

use crate::*;

pub(crate) fn d(text: &str) -> Decimal {
    text.parse().expect("a number")
}

/// One part, one phase, one section with these items, 100 points.
pub(crate) fn scheme(items: Vec<Item>) -> Scheme {
    Scheme {
        id: "small".to_owned(),
        title: "小方案".to_owned(),
        version: "1".to_owned(),
        issuer: String::new(),
        period: "2021".parse().ok(),
        full: d("100"),
        parts: vec![part("year", "1", vec![phase("year", Span::Year)])],
        missing_phase: MissingPhase::Refuse,
        tables: vec![Table {
            id: "table".to_owned(),
            title: "指标表".to_owned(),
            applies_to: Vec::new(),
            sections: vec![Section {
                id: "section".to_owned(),
                title: "一类".to_owned(),
                cap: None,
                floor: None,
                items,
            }],
            cite: Cite::default(),
        }],
        events: Vec::new(),
        event_terms: EventTerms::default(),
        vetoes: Vetoes::default(),
        total: Total::default(),
        rounding: Rounding::default(),
        bands: Vec::new(),
        gates: Vec::new(),
        links: Vec::new(),
        parameters: Vec::new(),
        content_hash: String::new(),
    }
}

pub(crate) fn part(id: &str, weight: &str, phases: Vec<Phase>) -> Part {
    Part {
        id: id.to_owned(),
        title: id.to_owned(),
        weight: d(weight),
        phases,
        cite: Cite::default(),
    }
}

pub(crate) fn phase(id: &str, span: Span) -> Phase {
    Phase {
        id: id.to_owned(),
        title: id.to_owned(),
        span,
        scoring: PhaseScoring::Items,
        scale: d("100"),
        due: String::new(),
        approval: Vec::new(),
        cite: Cite::default(),
    }
}

pub(crate) fn item(id: &str, points: &str, shape: Shape) -> Item {
    Item {
        id: id.to_owned(),
        title: format!("项目{id}"),
        points: d(points),
        source: Source::Entered(id.to_owned()),
        unit: "%".to_owned(),
        direction: Direction::Higher,
        shape,
        missing: Missing::Refuse,
        phases: Vec::new(),
        floor: Decimal::ZERO,
        cap: None,
        cite: Cite::default(),
        note: String::new(),
    }
}

pub(crate) fn unit(code: &str) -> UnitInputs {
    UnitInputs::new(Assessed {
        code: code.to_owned(),
        name: format!("{code}医院"),
        classes: vec!["医院".to_owned()],
    })
}

/// An institution with a value of each item of the one phase.
pub(crate) fn with(code: &str, readings: &[(&str, &str)]) -> UnitInputs {
    let mut unit = unit(code);
    let values = readings.iter().map(|(item, value)| {
        let reading = Reading {
            value: d(value),
            origin: "test".to_owned(),
            ..Reading::default()
        };
        ((*item).to_owned(), reading)
    });
    unit.readings.insert("year".to_owned(), values.collect());
    unit
}

pub(crate) fn entry(value: &str) -> Entry {
    Entry {
        value: value.to_owned(),
        actor: "考核办".to_owned(),
        evidence: String::new(),
    }
}

pub(crate) fn run(scheme: &Scheme, units: Vec<UnitInputs>) -> Vec<Outcome> {
    let period = "2021".parse().expect("a year");
    assess(scheme, &Frozen { period, units })
}
