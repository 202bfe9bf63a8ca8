//! The content of this repository fits together: plans name indicators and fields that exist, indicators
//! name data sets and fields that exist, and the lists of the guide to the content say what is there.

use std::collections::{BTreeMap, BTreeSet};

use biaochi_datasets::{DataSet, Kind as FieldKind};
use biaochi_domain::{Language, Localized as _};
use biaochi_indicators::{Formula, IndicatorSet, Kind, Measure, STAY};
use biaochi_packs::PackFiles;
use biaochi_packs::assessment::AssessmentLibrary;
use biaochi_packs::datasets::{DataSetLibrary, DataSets};
use biaochi_packs::indicators::IndicatorLibrary;
use biaochi_packs::plans::{KnownSubjects, PlanLibrary};

fn indicators() -> IndicatorSet {
    let loaded = IndicatorLibrary::embedded().load("national-indicators");
    let loaded = loaded.unwrap_or_else(|error| panic!("{}", error.text(Language::Zh)));
    loaded.set
}

fn data_sets() -> DataSets {
    let loaded = DataSetLibrary::embedded().load();
    loaded.unwrap_or_else(|error| panic!("{}", error.text(Language::Zh)))
}

#[test]
fn every_target_names_something_that_exists() {
    let set = indicators();
    let sets = data_sets();
    let of = |set: &DataSet| {
        let name = |field: &biaochi_datasets::Field| format!("{}.{}", set.id, field.id);
        set.fields.iter().map(name).collect::<Vec<_>>()
    };
    let known = KnownSubjects {
        indicators: set.indicators().iter().map(|one| one.id.clone()).collect(),
        fields: sets.all().iter().flat_map(|one| of(&one.set)).collect(),
        units: None,
    };
    let plans = PlanLibrary::embedded();
    let mut read = 0;
    for id in plans.ids() {
        let plan = plans.load(id, Some(&known));
        let plan = plan.unwrap_or_else(|error| panic!("{}", error.text(Language::Zh)));
        read += plan.targets.len();
    }
    assert_eq!(read, 345);
}

#[test]
fn every_assessment_names_indicators_that_exist() {
    let set = indicators();
    let library = AssessmentLibrary::embedded();
    let ids: Vec<String> = library.packs().map(|(id, _, _)| id.to_owned()).collect();
    assert!(!ids.is_empty());
    for id in ids {
        let loaded = library.load(&id, &BTreeMap::new());
        let loaded = loaded.unwrap_or_else(|error| panic!("{}", error.text(Language::Zh)));
        let unknown = loaded.unknown_indicators(&|id| set.get(id).is_some());
        let told: Vec<String> = unknown.iter().map(|one| one.text(Language::Zh)).collect();
        assert_eq!(told, Vec::<String>::new());
    }
}

/// The field that a term sums, when it is one and no expression.
fn summed(measure: &Measure) -> Option<&str> {
    match &measure.kind {
        Kind::Sum(sql) => Some(sql),
        Kind::Count(_) => None,
    }
}

#[test]
fn every_indicator_names_data_sets_and_fields_that_exist() {
    let set = indicators();
    let sets = data_sets();
    let mut wrong = Vec::new();
    for measure in set.measures().iter().filter(|one| one.source != STAY) {
        let Some(found) = sets.get(&measure.source) else {
            wrong.push(measure.source.clone());
            continue;
        };
        let field = summed(measure).map(|id| (id, found.set.field(id)));
        if let Some((id, field)) = field
            && !field.is_some_and(|field| field.kind.is_number())
        {
            wrong.push(format!("{}.{id}", measure.source));
        }
        // A breakdown is asked for by a word that the data set knows.
        if let Some(word) = measure
            .filter
            .as_deref()
            .and_then(|filter| filter.strip_prefix("breakdown = '"))
        {
            let word = word.trim_end_matches('\'');
            if !found.set.rows().contains(&word) {
                wrong.push(format!("{} {word}", measure.source));
            }
        }
        // Counts over data sets compare fields: each name in them is one.
        if let Kind::Count(sql) = &measure.kind {
            let names = sql
                .split(|character: char| !character.is_ascii_alphanumeric() && character != '_')
                .filter(|word| word.starts_with(|first: char| first.is_ascii_lowercase()))
                .filter(|word| !["is", "not", "null", "and", "or", "breakdown"].contains(word));
            for name in names.filter(|name| found.set.field(name).is_none()) {
                wrong.push(format!("{} {name}", measure.source));
            }
        }
    }
    for indicator in set.indicators() {
        if let Formula::Entered { dataset, field } = &indicator.formula {
            let found = sets.get(dataset).and_then(|loaded| loaded.set.field(field));
            let is_value = found.is_some_and(|field| {
                field.kind.is_number() || matches!(field.kind, FieldKind::Choice(_))
            });
            if !is_value {
                wrong.push(format!("{}: {dataset}.{field}", indicator.id));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_coverage_of_the_national_indicators_is_what_is_there() {
    let set = indicators();
    let files = PackFiles::embedded();
    let pack = files
        .iter()
        .find(|files| files.display("").contains("national/indicators"))
        .unwrap();
    let bytes = pack.read("coverage.csv").unwrap().unwrap();
    let mut reader = csv::Reader::from_reader(bytes.as_ref());
    let mut codes = BTreeSet::new();
    for record in reader.records() {
        let record = record.unwrap();
        let [code, _, ids, how, why, certainty] = [0, 1, 2, 3, 4, 5].map(|at| &record[at]);
        assert!(codes.insert(code.to_owned()), "{code} twice");
        assert!(!why.is_empty(), "{code}");
        let mut sources = BTreeSet::new();
        for id in ids.split(' ') {
            let indicator = set.get(id).unwrap_or_else(|| panic!("{code}: no {id}"));
            // Nothing is surer than the least sure of the indicators that answer it says.
            assert_eq!(indicator.certainty.id(), certainty, "{id}");
            let basis = set.basis(indicator);
            sources.extend(match &basis.formula {
                Formula::Entered { .. } => vec!["entered"],
                Formula::Algorithm(_) | Formula::Exact(_) => vec!["records"],
                _ => set
                    .measures_of(basis)
                    .into_iter()
                    .map(|id| match set.measure(id).source.as_str() {
                        STAY => "records",
                        _ => "data set",
                    })
                    .collect(),
            });
        }
        let expected = match sources.iter().copied().collect::<Vec<_>>().as_slice() {
            ["data set", "records"] => "records and data set",
            [one] => one,
            other => panic!("{code}: {other:?}"),
        };
        assert_eq!(how, expected, "{code}");
    }
    assert_eq!(codes.len(), 137);
}
