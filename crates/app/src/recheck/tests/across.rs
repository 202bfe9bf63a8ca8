//! Findings across records after imports: in whatever order the months come, and as plain Rust finds them.

use std::collections::BTreeSet;

use biaochi_records::FrontPage;
use biaochi_synth::{DefectRates, Options, Population};
use jiff::ToSpan as _;

use super::bench::{BASE, Bench, OTHER_CHECKS, WITHOUT_T1, key, stay};
use super::oracle;
use crate::recheck::Months;

type Pairs = Vec<(String, String)>;

fn pairs(expected: &[(&FrontPage, &str)]) -> Pairs {
    let mut pairs: Pairs = expected
        .iter()
        .map(|(page, check)| (key(page), (*check).to_owned()))
        .collect();
    pairs.sort();
    pairs
}

#[test]
fn an_import_touches_other_months_and_hospitals_and_takes_back_what_is_no_longer_so() {
    let bench = Bench::new();
    let pack = bench.pack(BASE);
    let first = stay("A", "P1", 1, (1, 20, 9), (1, 31, 10));
    let mut dead = stay("A", "P2", 1, (1, 2, 9), (1, 5, 10));
    dead.discharge_disposition = "5".into();
    let update = bench.deliver(&[first.clone(), dead.clone()], &pack);
    assert_eq!(
        (update.version, update.new),
        (None, 0),
        "nothing to publish"
    );
    assert_eq!(bench.across(), []);
    // Another hospital's month makes two stays of the first two persons.
    let other = stay("B", "P1", 1, (1, 25, 9), (2, 3, 10));
    let alive = stay("B", "P2", 1, (2, 1, 9), (2, 9, 10));
    let update = bench.deliver(&[other.clone(), alive], &pack);
    assert_eq!((update.new, update.gone), (2, 0));
    let months = |months: &[(&str, &str)]| -> Vec<(String, String)> {
        let owned = months
            .iter()
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()));
        owned.collect()
    };
    assert_eq!(update.months, months(&[("A", "2024-01"), ("B", "2024-02")]));
    assert_eq!(
        bench.across(),
        pairs(&[(&other, "AC003"), (&dead, "AC006")])
    );
    let told = bench
        .sql("SELECT message, severity, places, deduction FROM finding WHERE check_id = 'AC003'");
    assert!(told.contains("机构 A"), "{told}");
    assert!(
        told.contains("2024-01-25 09:00") && told.contains("2024-01-31 10:00"),
        "{told}"
    );
    let counted = bench.sql("SELECT sum(errors) AS e, sum(suspects) AS s FROM quality");
    assert_eq!(counted, "e,s\n1,1\n");
    // The second month comes again without the second person.
    let update = bench.deliver(std::slice::from_ref(&other), &pack);
    assert_eq!(
        (update.new, update.gone),
        (1, 1),
        "the month itself came without findings"
    );
    assert_eq!(bench.across(), pairs(&[(&other, "AC003")]));
    // And the first one with other times.
    let earlier = stay("A", "P1", 1, (1, 10, 9), (1, 20, 10));
    let update = bench.deliver(&[earlier, dead], &pack);
    assert_eq!((update.new, update.gone), (0, 1));
    assert_eq!(bench.across(), []);
    let again = bench
        .recheck(&pack, &Months::default(), false)
        .expect("checks");
    assert!(again.difference.is_none(), "{again:?}");
}

#[test]
fn months_of_another_edition_are_told_and_left_alone() {
    let bench = Bench::new();
    let first = stay("A", "P1", 1, (1, 20, 9), (1, 25, 10));
    let mut second = stay("A", "P1", 2, (3, 20, 9), (3, 25, 10));
    second.sex = "2".into();
    bench.deliver(std::slice::from_ref(&first), &bench.pack(WITHOUT_T1));
    let update = bench.deliver(std::slice::from_ref(&second), &bench.pack(BASE));
    assert_eq!(
        update.other_edition,
        [("A".to_owned(), "2024-01".to_owned())]
    );
    assert_eq!(bench.across(), pairs(&[(&second, "AC007")]));
    bench
        .recheck(&bench.pack(BASE), &Months::default(), true)
        .expect("checks");
    assert_eq!(
        bench.across(),
        pairs(&[(&first, "AC007"), (&second, "AC007")])
    );
    // From February on the check is switched off.
    bench
        .recheck(&bench.pack(OTHER_CHECKS), &Months::default(), true)
        .expect("checks");
    assert_eq!(bench.across(), pairs(&[(&first, "AC007")]));
}

/// A clean quarter, with identity numbers as they are: one for each person.
fn region() -> Vec<FrontPage> {
    let options = Options {
        discharges: 500,
        seed: 5,
        from: "2024-01".parse().expect("a month"),
        to: "2024-03".parse().expect("a month"),
        defects: DefectRates::none(),
        layout: Some(biaochi_records::Layout::Hqms811),
        ..Options::default()
    };
    let stays = Population::new(options).expect("good options");
    let pages = stays.map(|stay| {
        let mut page = stay.page;
        // Synthetic numbers are few enough that two persons may share one; real ones are not shared.
        page.id_number = format!("T{}", stay.truth.person).into();
        page
    });
    pages.collect()
}

/// Plants faults across records; what has to be found at least.
fn plant(pages: &mut Vec<FrontPage>) -> BTreeSet<(String, String)> {
    let mut expected = BTreeSet::new();
    let mut note = |page: &FrontPage, check: &str| {
        expected.insert((key(page), check.to_owned()));
    };
    let clean = pages.len();
    for place in (0..clean).step_by(8) {
        let own = pages[place].clone();
        let (Some(admitted), Some(discharged)) = (own.admission_time, own.discharge_time) else {
            continue;
        };
        let mut other = own.clone();
        // Far beyond what people have had, so that only the fault at hand is planted.
        other.admission_count = own.admission_count.map(|count| count + 100);
        match place / 8 % 7 {
            0 => {
                note(&own, "AC001");
                note(&other, "AC001");
            }
            1 => {
                other.admission_time = Some(admitted + 1.hour());
                other.discharge_time = Some(discharged + 2.hours());
                note(&other, "AC002");
            }
            2 => {
                other.organisation_code = "TEST0001".into();
                other.admission_time = Some(admitted + 1.minute());
                other.discharge_time = Some(discharged + 2.days());
                if discharged > admitted + 25.hours() {
                    note(&other, "AC003");
                }
            }
            3 => {
                other.admission_time = Some(discharged + 3.hours());
                other.discharge_time = Some(discharged + 2.days());
                pages[place].planned_readmission_31d = Some(false);
                if own.discharge_disposition != "5" {
                    note(&other, "AC004");
                }
            }
            4 => {
                pages[place].discharge_disposition = "5".into();
                other.admission_time = Some(discharged + 40.days());
                other.discharge_time = Some(discharged + 41.days());
                note(&own, "AC006");
            }
            5 => {
                other.admission_time = Some(discharged + 40.days());
                other.discharge_time = Some(discharged + 41.days());
                other.sex = if own.sex == "1" { "2" } else { "1" }.into();
                note(&other, "AC007");
            }
            _ => {
                other.admission_time = Some(discharged + 40.days());
                other.discharge_time = Some(discharged + 41.days());
                other.admission_count = Some(0);
                note(&other, "AC009");
            }
        }
        pages.push(other);
    }
    expected
}

#[test]
fn planted_faults_are_found_clean_stays_left_alone_and_plain_rust_agrees() {
    let bench = Bench::new();
    let pack = bench.pack(BASE);
    let mut pages = region();
    bench.deliver(&pages, &pack);
    // A disease that comes back unplanned is no fault: it is only counted, and by rule.
    let mut clean = bench.across();
    clean.retain(|(_, check)| check != "AC004" && check != "AC005");
    assert_eq!(clean, [], "false alarms");
    assert_eq!(bench.across(), oracle::found(&pages));
    let expected = plant(&mut pages);
    assert!(expected.len() > 50, "{}", expected.len());
    let whole = Bench::new();
    whole.deliver(&pages, &pack);
    let found = whole.across();
    let missed: Vec<_> = expected
        .iter()
        .filter(|pair| !found.contains(pair))
        .collect();
    assert!(missed.len() * 100 <= expected.len(), "{missed:?}");
    assert_eq!(found, oracle::found(&pages));
    // In parts, the last month first, it comes to the same.
    let parts = Bench::new();
    let place = |page: &FrontPage| {
        let month = page.discharge_time.map(|time| time.month());
        let hospital: u32 = page.organisation_code.bytes().map(u32::from).sum();
        (std::cmp::Reverse(month), hospital % 2)
    };
    let places: BTreeSet<_> = pages.iter().map(place).collect();
    for wanted in &places {
        let some: Vec<FrontPage> = pages
            .iter()
            .filter(|page| place(page) == *wanted)
            .cloned()
            .collect();
        parts.deliver(&some, &pack);
    }
    assert!(places.len() >= 6, "{}", places.len());
    assert_eq!(parts.across(), found);
    assert_eq!(parts.results(), whole.results());
}
