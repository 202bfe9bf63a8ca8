//! Stays written as lines: `sex,age,age_days,weight,dept,los,leaving,icu_hours,dx,px,trans`.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::sync::{Mutex, OnceLock};

use biaochi_grouper::{Scheme, Stay};

/// A compiled scheme, compiled once for all tests.
pub(crate) fn scheme(id: &str) -> &'static Scheme {
    static COMPILED: OnceLock<Mutex<std::collections::BTreeMap<String, &'static Scheme>>> =
        OnceLock::new();
    let mut compiled = COMPILED.get_or_init(Default::default).lock().unwrap();
    compiled.entry(id.to_owned()).or_insert_with(|| {
        let definition = biaochi_packs::load_scheme(id).unwrap();
        Box::leak(Box::new(Scheme::compile(&definition).unwrap()))
    })
}

/// Status, MDC, ADRG and DRG of a stay.
pub(crate) fn group<'s>(scheme: &'s Scheme, fields: &[&str]) -> [&'s str; 4] {
    let codes = |list: &str| -> Vec<String> {
        list.split('|')
            .filter(|code| !code.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let (diagnoses, procedures) = (codes(fields[8]), codes(fields[9]));
    let stay = Stay {
        sex: fields[0].parse().ok(),
        age: fields[1].parse().ok(),
        age_days: fields[2].parse().ok(),
        weight: fields[3].parse().ok(),
        department: fields[4],
        length_of_stay: fields[5].parse().ok(),
        disposition: fields[6],
        icu_hours: fields[7].parse().ok(),
        translate: fields[10] == "1",
        ..Stay::new(&diagnoses, &procedures)
    };
    let found = scheme.group(&stay);
    [found.status.label(), found.mdc, found.adrg, found.drg]
}

/// Rows of a gzipped case file: an id, a stay, and what is expected of it.
pub(crate) fn rows(gzipped: &[u8]) -> Vec<csv::StringRecord> {
    let mut text = Vec::new();
    flate2::read::GzDecoder::new(gzipped)
        .read_to_end(&mut text)
        .unwrap();
    csv::Reader::from_reader(text.as_slice())
        .records()
        .map(Result::unwrap)
        .collect()
}

/// Every labelled stay of every scheme, without what is expected.
pub(crate) fn all_stays() -> &'static [Vec<&'static str>] {
    static STAYS: OnceLock<Vec<Vec<&'static str>>> = OnceLock::new();
    STAYS.get_or_init(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/labelled-cases");
        let mut stays = Vec::new();
        for file in fs::read_dir(folder).unwrap() {
            for row in rows(&fs::read(file.unwrap().path()).unwrap()) {
                let row: &'static csv::StringRecord = Box::leak(Box::new(row));
                stays.push(row.iter().skip(1).take(11).collect());
            }
        }
        stays
    })
}
