//! Defects are planted where and as often as asked, and the truth says so.

use std::collections::HashMap;

use biaochi_records::{CompactString, Layout};
use biaochi_synth::{Backlog, Defect, DefectRates, Options, Population, SynthStay};

fn generate(discharges: u64, defects: DefectRates) -> Vec<SynthStay> {
    let options = Options {
        seed: 21,
        discharges,
        defects,
        ..Options::default()
    };
    Population::new(options).expect("valid options").collect()
}

/// Whether a defect can happen to a clean record.
fn can_happen(defect: Defect, stay: &SynthStay) -> bool {
    let page = &stay.page;
    let principal = page.principal_diagnosis();
    match defect {
        Defect::MissingNewbornWeight => page.age_days.is_some_and(|days| days <= 28),
        Defect::MissingAgeInDays => page.age_days.is_some(),
        Defect::ObsoleteCode => principal.starts_with("K64"),
        Defect::ProcedureOutsideStay => !page.procedures.is_empty(),
        Defect::MissingExternalCause => !page.external_cause_code.is_empty(),
        Defect::MissingPathology => !page.pathologies.is_empty(),
        Defect::MissingAllergen => !page.allergens.is_empty(),
        Defect::WrongAge => page.age_years > Some(0),
        Defect::AutopsyOfLiving => page.autopsy.is_none(),
        Defect::RetiredTooYoung => page.age_years < Some(45),
        Defect::MarriedChild => page.age_years < Some(18),
        Defect::WrongIdentityCheck => page.id_number.len() == 18,
        Defect::MissingDeliveryOutcome => page
            .diagnoses
            .iter()
            .any(|diagnosis| diagnosis.code.starts_with("Z37")),
        _ => true,
    }
}

#[test]
fn usual_rates_are_met() {
    const EXACT: [Defect; 27] = [
        Defect::MissingNewbornWeight,
        Defect::ChargesDoNotAddUp,
        Defect::MissingDischargeDepartment,
        Defect::WrongDateForm,
        Defect::DashWhereRequired,
        Defect::DuplicateRecord,
        Defect::TruncatedCode,
        Defect::FullWidthCharacters,
        Defect::WrongAge,
        Defect::WrongLengthOfStay,
        Defect::ProcedureOutsideStay,
        Defect::InvalidValue,
        Defect::MissingExternalCause,
        Defect::MissingPathology,
        Defect::UnknownCode,
        Defect::NameOfOtherCode,
        Defect::NothingPresentOnAdmission,
        Defect::MissingDeliveryOutcome,
        Defect::AutopsyOfLiving,
        Defect::QualityDateBeforeDischarge,
        Defect::RetiredTooYoung,
        Defect::MarriedChild,
        Defect::WrongIdentityCheck,
        Defect::WrongPostcode,
        Defect::MadeUpPhone,
        Defect::AddressWithoutProvince,
        Defect::OwnShareAboveTotal,
    ];
    let clean = generate(40_000, DefectRates::none());
    let spoiled = generate(40_000, DefectRates::default());
    let mut planted: HashMap<Defect, u32> = HashMap::new();
    let mut records = 0;
    for stay in spoiled.iter().filter(|stay| !stay.truth.is_copy) {
        assert!(stay.truth.defects.len() <= 1);
        records += u32::from(!stay.truth.defects.is_empty());
        for defect in &stay.truth.defects {
            *planted.entry(defect.defect).or_default() += 1;
        }
    }
    let share = f64::from(records) / 40_000.0;
    assert!((0.055..0.085).contains(&share), "{share}");
    for defect in EXACT {
        let eligible = clean.iter().filter(|stay| can_happen(defect, stay)).count() as f64;
        let expected = eligible * f64::from(defect.usual_rate()) / 100_000.0;
        let found = f64::from(planted.get(&defect).copied().unwrap_or(0));
        // Up to a tenth is lost to records that got another defect already.
        let tolerance = 4.0 * expected.sqrt() + expected * 0.1;
        assert!(
            (found - expected).abs() <= tolerance,
            "{defect:?}: {found} for {expected}"
        );
    }
}

#[test]
fn every_defect_spoils_its_field_and_nothing_else_changes() {
    const RECORDS: u64 = 3_000;
    let clean = generate(RECORDS, DefectRates::none());
    let layouts: HashMap<_, _> = biaochi_synth::institutions()
        .map(|institution| (CompactString::from(institution.code), institution.layout))
        .collect();
    for defect in Defect::ALL {
        assert_eq!(defect.id().parse(), Ok(defect));
        let mut rates = DefectRates::none();
        rates.set(defect, 100_000);
        let spoiled: Vec<_> = generate(RECORDS, rates)
            .into_iter()
            .filter(|stay| !stay.truth.is_copy)
            .collect();
        assert_eq!(clean.len(), spoiled.len());
        let mut count = 0;
        for (before, after) in clean.iter().zip(&spoiled) {
            let Some(planted) = after.truth.defects.first() else {
                assert_eq!(
                    before, after,
                    "{defect:?} left no trace but changed the page"
                );
                continue;
            };
            count += 1;
            assert_eq!(planted.defect, defect);
            let layout = layouts[&after.truth.key.organisation_code];
            assert!(
                layout.columns().iter().any(|column| {
                    column.field == planted.field && usize::from(column.index) == planted.index
                }),
                "{layout} cannot show {defect:?}"
            );
            assert_eq!(before.truth.key, after.truth.key);
            if defect == Defect::DuplicateRecord {
                assert_eq!(before.page, after.page);
            } else {
                assert_ne!(before.page, after.page, "{defect:?}");
                let field = (planted.field, planted.index);
                assert_ne!(
                    before.page.get(field.0, field.1),
                    after.page.get(field.0, field.1),
                    "{defect:?}"
                );
            }
        }
        assert!(count > 0, "{defect:?} never happened");
    }
}

#[test]
fn copies_are_told_apart_only_by_the_truth() {
    let mut rates = DefectRates::none();
    rates.set(Defect::DuplicateRecord, 50_000);
    let stays = generate(400, rates);
    let copies = stays.iter().filter(|stay| stay.truth.is_copy).count();
    assert!((140..260).contains(&copies), "{copies}");
    assert_eq!(stays.len(), 400 + copies);
    for pair in stays.windows(2).filter(|pair| pair[1].truth.is_copy) {
        assert_eq!(pair[0].page, pair[1].page);
        assert!(!pair[0].truth.is_copy);
    }
}

#[test]
fn what_a_record_cannot_hold_is_an_override() {
    let mut rates = DefectRates::none();
    rates.set(Defect::WrongDateForm, 100_000);
    for stay in generate(300, rates) {
        let [planted] = stay.truth.defects.as_slice() else {
            panic!("every record has dates");
        };
        let [text] = stay.raw_overrides.as_slice() else {
            panic!("one override");
        };
        assert_eq!((text.field, text.index), (planted.field, planted.index));
        assert_eq!(stay.page.get(planted.field, 0), None);
        assert_ne!(text.text, planted.clean);
    }
}

#[test]
fn full_records_fit_their_layout() {
    let mut rates = DefectRates::none();
    rates.set(Defect::OverfullDiagnoses, 100_000);
    let options = Options {
        discharges: 300,
        defects: rates,
        ..Options::default()
    };
    for file in Population::new(options)
        .expect("valid options")
        .month_files()
    {
        let layout = file.layout();
        for stay in file {
            let full = stay.page.diagnoses.len() == 41;
            assert_eq!(full, layout != Layout::N041, "{layout}");
        }
    }
}

#[test]
fn rates_can_be_scaled() {
    let many = DefectRates::usual_times(500);
    assert_eq!(
        many.get(Defect::WrongAge),
        Defect::WrongAge.usual_rate() * 5
    );
    assert_eq!(DefectRates::usual_times(0), DefectRates::none());
    assert_eq!(DefectRates::usual_times(100), DefectRates::default());
}

#[test]
fn one_layout_for_all_shows_every_defect_that_is_planted() {
    let options = Options {
        seed: 33,
        discharges: 6_000,
        layout: Some(Layout::Hqms811),
        defects: DefectRates::usual_times(1_000),
        ..Options::default()
    };
    let mut planted = 0;
    for stay in Population::new(options).expect("valid options") {
        for defect in &stay.truth.defects {
            planted += 1;
            assert!(
                Layout::Hqms811.columns().iter().any(|column| {
                    column.field == defect.field && usize::from(column.index) == defect.index
                }),
                "{:?}",
                defect.defect
            );
        }
    }
    assert!(planted > 1_500, "{planted}");
}

#[test]
fn a_backlog_adds_defects_to_its_month_alone_and_the_truth_names_each() {
    const HOSPITAL: &str = "12990121SYN0010100";
    let options = |backlog| Options {
        seed: 5,
        discharges: 6_000,
        backlog,
        ..Options::default()
    };
    let last = Options::default().to;
    let backlog = Backlog {
        organisation_code: HOSPITAL.to_owned(),
        month: last,
        defects: 70,
    };
    let stays = |options| -> Vec<Vec<SynthStay>> {
        let files = Population::new(options)
            .expect("valid options")
            .month_files();
        let own = |file: &biaochi_synth::MonthFile| {
            file.organisation_code() == HOSPITAL && file.month() == last
        };
        let (of_month, others): (Vec<_>, Vec<_>) = files.partition(own);
        let all = |files: Vec<biaochi_synth::MonthFile>| files.into_iter().flatten().collect();
        vec![all(of_month), all(others)]
    };
    let (usual, busy) = (stays(options(None)), stays(options(Some(backlog.clone()))));
    assert_eq!(usual[1], busy[1], "nothing else changes");
    assert_eq!(busy, stays(options(Some(backlog))), "always the same");
    let own: Vec<_> = busy[0].iter().filter(|stay| !stay.truth.is_copy).collect();
    let planted: usize = own.iter().map(|stay| stay.truth.defects.len()).sum();
    assert!(own.len() < 70, "{} records: some have several", own.len());
    // The last records may have no room for another one.
    assert!(planted >= 66, "{planted} on {}", own.len());
    let clean = Options {
        defects: DefectRates::none(),
        ..options(None)
    };
    let clean = stays(clean);
    for (before, after) in clean[0].iter().zip(&own) {
        assert_eq!(before.truth.key, after.truth.key);
        let defects = &after.truth.defects;
        assert!(defects.len() <= 3);
        for one in defects {
            let field = (one.field, one.index);
            let moved = one.defect != Defect::DuplicateRecord
                && before.page.get(field.0, field.1) == after.page.get(field.0, field.1);
            assert!(!moved, "{one:?}");
            let fields = defects.iter().filter(|other| other.field == one.field);
            assert_eq!(fields.count(), 1, "{defects:?}");
        }
    }
    let kinds: std::collections::HashSet<_> = own
        .iter()
        .flat_map(|stay| &stay.truth.defects)
        .map(|planted| planted.defect)
        .collect();
    assert!(kinds.len() >= 10, "{kinds:?}");
}
