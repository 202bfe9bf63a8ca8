//! What every generated region must keep to, whatever the seed.

use std::collections::{BTreeMap, HashMap, HashSet};

use biaochi_domain::Month;
use biaochi_records::{Charges, Decimal2, FrontPage, Layout, days_since_epoch};
use biaochi_synth::{Defect, DefectRates, Edition, Options, OptionsError, Population, SynthStay};
use proptest::prelude::*;

fn clean(seed: u64, discharges: u64) -> Options {
    Options {
        seed,
        discharges,
        defects: DefectRates::none(),
        ..Options::default()
    }
}

fn generate(options: Options) -> Vec<SynthStay> {
    Population::new(options).expect("valid options").collect()
}

fn month(text: &str) -> Month {
    text.parse().expect("a month")
}

/// The first column of an embedded table, or another one.
fn column(table: &'static str, number: usize) -> HashSet<&'static str> {
    table
        .lines()
        .skip(1)
        .filter_map(|line| line.split(',').nth(number))
        .collect()
}

/// The numbered classes of charges; the total must equal their sum.
pub(crate) fn sum_of_classes(charges: &Charges) -> Decimal2 {
    [
        charges.general_service,
        charges.general_treatment,
        charges.nursing,
        charges.other_service,
        charges.pathology,
        charges.laboratory,
        charges.imaging,
        charges.clinical_diagnostics,
        charges.non_surgical_treatment,
        charges.surgical_treatment,
        charges.rehabilitation,
        charges.tcm_treatment,
        charges.western_medicine,
        charges.chinese_patent_medicine,
        charges.chinese_herbal_medicine,
        charges.blood,
        charges.albumin,
        charges.globulin,
        charges.coagulation_factor,
        charges.cytokine,
        charges.examination_disposables,
        charges.treatment_disposables,
        charges.surgery_disposables,
        charges.other,
    ]
    .into_iter()
    .flatten()
    .sum()
}

/// What a record without defects keeps to.
fn check_page(page: &FrontPage) {
    let (admission, discharge) = (
        page.admission_time.expect("an admission"),
        page.discharge_time.expect("a discharge"),
    );
    assert!(admission < discharge, "{admission} {discharge}");
    let days = days_since_epoch(discharge.date()) - days_since_epoch(admission.date());
    assert_eq!(page.length_of_stay, Some(days.max(1)));
    let birth = page.birth_date.expect("a birth");
    assert!(birth <= admission.date());
    let birthday = (admission.month(), admission.day()) < (birth.month(), birth.day());
    let age = i32::from(admission.year() - birth.year()) - i32::from(birthday);
    assert_eq!(page.age_years, Some(age));
    let age_days = days_since_epoch(admission.date()) - days_since_epoch(birth);
    assert_eq!(page.age_days, (age == 0).then_some(age_days));
    if age == 0 && age_days <= 28 {
        let weight = page.newborn_admission_weight.expect("a newborn's weight");
        assert!(
            (400..6_500).contains(&weight) && weight % 10 == 0,
            "{weight}"
        );
        assert!(!page.birth_weights.is_empty());
    }
    for procedure in &page.procedures {
        let start = procedure.start_time.expect("a time");
        assert!(
            admission <= start && start <= discharge,
            "{admission} {start} {discharge}"
        );
    }
    for stay in &page.icu_stays {
        assert!(admission <= stay.entry_time.expect("in") && stay.exit_time <= Some(discharge));
        assert!(stay.entry_time <= stay.exit_time);
    }
    let total = page.charges.total_charges.expect("a total");
    assert!(total > Decimal2::ZERO);
    assert_eq!(total, sum_of_classes(&page.charges));
    let charges = &page.charges;
    if let Some(diagnosis) = charges.tcm_diagnosis {
        let parts = [Some(diagnosis), charges.tcm_therapy, charges.tcm_other];
        assert_eq!(
            charges.tcm_treatment,
            Some(parts.into_iter().flatten().sum())
        );
    }
    assert!(page.charges.out_of_pocket.expect("own share") <= total);
    assert!(page.charges.anesthesia <= page.charges.surgical_treatment);
    // Right in every respect, and of a division that nobody is born in.
    assert!(page.id_number == "-" || page.id_number.starts_with("990121"));
    assert!(page.current_phone.starts_with("100") && page.contact_phone.starts_with("100"));

    let codes: Vec<_> = page
        .diagnoses
        .iter()
        .map(|diagnosis| diagnosis.code.as_str())
        .collect();
    assert!(!codes.is_empty() && codes.len() <= 41);
    assert_eq!(
        codes.iter().collect::<HashSet<_>>().len(),
        codes.len(),
        "{codes:?}"
    );
    let injured = codes[0].starts_with(['S', 'T']);
    assert_eq!(
        injured,
        !page.external_cause_code.is_empty(),
        "{}",
        codes[0]
    );
    if codes[0].starts_with('C') {
        let behaviour = if ("C77".."C80").contains(&codes[0]) {
            "/6"
        } else {
            "/3"
        };
        assert!(
            page.pathologies[0].code.ends_with(behaviour),
            "{}",
            codes[0]
        );
    }
    let sent = matches!(page.discharge_disposition.as_str(), "2" | "3");
    assert_eq!(sent, !page.receiving_institution.is_empty());
    assert_eq!(
        page.planned_readmission_31d,
        Some(!page.readmission_purpose.is_empty())
    );
    for text in [
        &page.organisation_code,
        &page.organisation_name,
        &page.medical_record_number,
        &page.patient_name,
        &page.birth_place,
        &page.native_place,
        &page.current_address,
        &page.contact_name,
        &page.admission_department,
        &page.admission_ward,
        &page.discharge_department,
        &page.discharge_ward,
        &page.outpatient_diagnosis_code,
        &page.outpatient_diagnosis_name,
        &page.department_head,
        &page.chief_physician,
        &page.attending_physician,
        &page.resident,
        &page.responsible_nurse,
        &page.coder,
        &page.diagnoses[0].name,
    ] {
        assert!(!text.is_empty(), "{page:?}");
    }
    for (value, allowed) in [
        (&page.sex, "1 2"),
        (&page.marital_status, "1 2 3 4 9"),
        (&page.occupation, "11 13 17 21 24 27 31 37 51 54 70 80 90"),
        (&page.admission_source, "1 2 3 9"),
        (&page.discharge_disposition, "1 2 3 4 5 9"),
        (&page.payment_method, "1.1 1.2 2.1 2.2 4 5 6 7 8"),
        (&page.contact_relationship, "0 1 2 3 4 5 6 7 8 9"),
        (&page.blood_group, "1 2 3 4 5 6"),
        (&page.rh_group, "1 2 3 4"),
        (&page.diagnoses[0].present_on_admission, "1 2 3 4"),
        (&page.id_type, "1"),
    ] {
        assert!(
            allowed.split(' ').any(|code| code == value.as_str()),
            "{value} of {allowed}"
        );
    }
}

#[test]
fn the_same_seed_gives_the_same_records() {
    let options = |seed| Options {
        seed,
        discharges: 1_500,
        ..Options::default()
    };
    assert_eq!(generate(options(3)), generate(options(3)));
    assert_ne!(generate(options(3)), generate(options(4)));
}

#[test]
fn impossible_options_are_refused() {
    let options = |from: &str, to: &str| Options {
        from: month(from),
        to: month(to),
        ..clean(1, 10)
    };
    let refused = |options| Population::new(options).expect_err("refused");
    assert!(matches!(
        refused(options("2024-05", "2024-04")),
        OptionsError::Empty { .. }
    ));
    assert!(matches!(
        refused(options("1999-05", "2024-04")),
        OptionsError::OutsideCalendar(_)
    ));
    let many = Options {
        discharges: u64::MAX,
        ..clean(1, 0)
    };
    assert_eq!(refused(many), OptionsError::TooMany(u64::MAX));
    let unknown = Options {
        institutions: ["X".to_owned()].into(),
        ..clean(1, 10)
    };
    assert_eq!(
        refused(unknown),
        OptionsError::UnknownInstitution("X".to_owned())
    );
}

#[test]
fn some_institutions_have_the_records_that_they_have_among_all() {
    let wanted = "12990121SYN0010100";
    let options = Options {
        seed: 6,
        discharges: 600,
        from: month("2024-03"),
        to: month("2024-04"),
        ..Options::default()
    };
    let all = generate(options.clone());
    let some = generate(Options {
        institutions: [wanted.to_owned()].into(),
        ..options
    });
    let of_it: Vec<_> = all
        .into_iter()
        .filter(|stay| stay.page.organisation_code == wanted)
        .collect();
    assert!(!some.is_empty());
    assert_eq!(some, of_it);
}

#[test]
fn clean_records_use_listed_codes_in_either_edition() {
    let diagnoses = include_str!("../../content/diagnosis_codes.csv");
    let procedures = include_str!("../../content/procedure_codes.csv");
    for edition in [Edition::Insurance, Edition::Clinical] {
        let number = if edition == Edition::Insurance { 0 } else { 2 };
        let mut known = column(diagnoses, number);
        known.extend(column(diagnoses, 0));
        let mut done = column(procedures, number);
        done.extend(column(procedures, 0));
        let insurance = column(diagnoses, 0);
        let mut translated = 0;
        for stay in generate(Options {
            edition,
            ..clean(5, 3_000)
        }) {
            for diagnosis in &stay.page.diagnoses {
                assert!(
                    known.contains(diagnosis.code.as_str()),
                    "{}",
                    diagnosis.code
                );
                translated += usize::from(!insurance.contains(diagnosis.code.as_str()));
            }
            for procedure in &stay.page.procedures {
                assert!(done.contains(procedure.code.as_str()), "{}", procedure.code);
            }
            for cause in [
                &stay.page.external_cause_code,
                &stay.page.outpatient_diagnosis_code,
            ] {
                assert!(
                    cause.is_empty() || known.contains(cause.as_str()),
                    "{cause}"
                );
            }
        }
        assert_eq!(translated > 0, edition == Edition::Clinical);
    }
}

#[test]
fn nobody_is_in_two_beds_or_returns_from_the_dead() {
    let mut stays: HashMap<u64, Vec<(i64, i64, bool)>> = HashMap::new();
    for stay in generate(clean(8, 30_000)) {
        let time = |time| biaochi_records::micros_since_epoch(time);
        let page = &stay.page;
        stays.entry(stay.truth.person).or_default().push((
            time(page.admission_time.expect("an admission")),
            time(page.discharge_time.expect("a discharge")),
            page.discharge_disposition == "5",
        ));
    }
    let mut several = 0;
    for history in stays.values_mut() {
        history.sort_unstable();
        several += usize::from(history.len() > 1);
        for pair in history.windows(2) {
            assert!(pair[0].1 < pair[1].0, "overlap {pair:?}");
            assert!(!pair[0].2, "admitted after death {pair:?}");
        }
    }
    assert!(several > 3_000, "people come back: {several}");
}

#[test]
fn people_and_record_numbers_stay_the_same() {
    let mut seen: HashMap<u64, (String, String, String)> = HashMap::new();
    let mut numbers: HashMap<(String, String), u64> = HashMap::new();
    let mut keys = HashSet::new();
    let mut counts = HashSet::new();
    for stay in generate(clean(9, 10_000)) {
        let page = &stay.page;
        let born = page.birth_date.expect("a birth").to_string();
        let person = (page.patient_name.to_string(), page.sex.to_string(), born);
        let first = seen
            .entry(stay.truth.person)
            .or_insert_with(|| person.clone());
        assert_eq!(*first, person);
        let number = (
            page.organisation_code.to_string(),
            page.medical_record_number.to_string(),
        );
        assert_eq!(
            *numbers.entry(number).or_insert(stay.truth.person),
            stay.truth.person
        );
        let count = (
            page.organisation_code.clone(),
            page.medical_record_number.clone(),
            page.admission_count,
        );
        assert!(counts.insert(count), "stays at an institution are counted");
        assert!(
            keys.insert(page.key().expect("a key")),
            "every stay has its own key"
        );
    }
}

#[test]
fn months_show_the_seasons_and_the_years_a_trend() {
    let mut by_month: BTreeMap<(i16, i8), u32> = BTreeMap::new();
    let mut respiratory = [0u32; 13];
    let mut stay_days = [(0i64, 0i64); 2];
    let mut day_surgery = [0u32; 2];
    for stay in generate(clean(2, 40_000)) {
        let page = &stay.page;
        let discharge = page.discharge_time.expect("a discharge");
        *by_month
            .entry((discharge.year(), discharge.month()))
            .or_default() += 1;
        if page.diagnoses[0].code.starts_with('J') {
            respiratory[discharge.month() as usize] += 1;
        }
        let late = match discharge.year() {
            2021 => 0,
            2025 => 1,
            _ => continue,
        };
        stay_days[late].0 += i64::from(page.length_of_stay.unwrap_or(0));
        stay_days[late].1 += 1;
        day_surgery[late] += u32::from(page.day_surgery == Some(true));
    }
    assert_eq!(by_month.len(), 60);
    // The Spring Festival of 2024 was in February, and in 2023 in January.
    assert!(
        by_month[&(2024, 2)] * 10 < by_month[&(2024, 3)] * 9,
        "{by_month:?}"
    );
    assert!(by_month[&(2023, 1)] < by_month[&(2024, 1)]);
    assert!(respiratory[1] > respiratory[7] * 12 / 10, "{respiratory:?}");
    let average = stay_days.map(|(days, stays)| days * 100 / stays);
    assert!(
        average[1] + 30 < average[0],
        "stays get shorter: {average:?}"
    );
    assert!(day_surgery[1] > day_surgery[0] * 14 / 10, "{day_surgery:?}");
}

#[test]
fn weekends_are_for_emergencies() {
    // Admissions from Monday to Sunday, urgent ones and all others.
    let mut admissions = [[0u32; 2]; 7];
    for stay in generate(clean(13, 20_000)) {
        let admission = stay.page.admission_time.expect("an admission");
        let weekday = admission.weekday().to_monday_zero_offset() as usize;
        admissions[weekday][usize::from(stay.page.admission_source != "1")] += 1;
    }
    let [monday, .., sunday] = admissions;
    assert!(sunday[1] * 10 < monday[1] * 6, "{admissions:?}");
    assert!(sunday[0] * 10 > monday[0] * 8, "{admissions:?}");
}

#[test]
fn files_can_be_written_by_several_threads() {
    fn is_send<T: Send + 'static>() {}
    is_send::<biaochi_synth::MonthFile>();
    is_send::<SynthStay>();
}

#[test]
fn hospitals_differ_and_every_one_delivers_its_layout() {
    let mut figures: BTreeMap<String, (Layout, u32, i64, i64)> = BTreeMap::new();
    let options = Options {
        from: month("2024-01"),
        to: month("2024-06"),
        ..clean(4, 12_000)
    };
    let mut seen = HashSet::new();
    let mut last = None;
    for file in Population::new(options)
        .expect("valid options")
        .month_files()
    {
        assert!(
            seen.insert((file.month(), file.organisation_code())),
            "one file a month"
        );
        assert!(last <= Some(file.month()), "months in order");
        last = Some(file.month());
        let (layout, month, code) = (file.layout(), file.month(), file.organisation_code());
        let (name, remaining) = (file.organisation_name(), file.remaining());
        assert_eq!(file.file_stem(), format!("{name}_{month}"));
        let stays: Vec<_> = file.collect();
        assert_eq!(stays.len(), remaining);
        for stay in &stays {
            assert_eq!(stay.page.organisation_code, code);
            let discharge = stay.page.discharge_time.expect("a discharge");
            assert_eq!(
                (discharge.year(), discharge.month() as u8),
                (month.year(), month.month())
            );
            if layout == Layout::Tcm2019 {
                assert!(
                    !stay.page.tcm_disease_code.is_empty() && !stay.page.tcm_patterns.is_empty()
                );
            }
            let sum = figures.entry(name.to_owned()).or_insert((layout, 0, 0, 0));
            sum.1 += 1;
            sum.2 += i64::from(stay.page.length_of_stay.unwrap_or(0));
            sum.3 += stay
                .page
                .charges
                .total_charges
                .map_or(0, Decimal2::hundredths);
        }
    }
    assert!(figures.len() >= 17, "{figures:?}");
    let cost = |name: &str| figures[name].3 / i64::from(figures[name].1);
    assert!(cost("望舒市中心医院") > cost("云泽县人民医院") * 15 / 10);
    assert!(cost("云泽县人民医院") > cost("云泽县桃溪镇中心卫生院") * 2);
    let layouts: HashSet<_> = figures.values().map(|figure| figure.0).collect();
    assert_eq!(layouts.len(), 3, "{figures:?}");
}

#[test]
fn some_come_back_within_a_month_as_planned_or_not() {
    let mut kinds: BTreeMap<&str, u32> = BTreeMap::new();
    let mut announced = 0;
    for stay in generate(clean(6, 20_000)) {
        *kinds
            .entry(stay.truth.readmission.map_or("first", |kind| kind.id()))
            .or_default() += 1;
        announced += u32::from(stay.page.planned_readmission_31d == Some(true));
    }
    assert!(
        kinds["planned"] > 600 && kinds["unplanned"] > 200 && kinds["referral"] > 200,
        "{kinds:?}"
    );
    assert!(announced > 500, "{announced}");
}

#[test]
fn no_organisation_code_could_be_assigned() {
    assert!(biaochi_synth::institutions().count() >= 17);
    for biaochi_synth::InstitutionInfo { code, .. } in biaochi_synth::institutions() {
        assert_eq!(code.len(), 18);
        // Unified social credit codes (GB 32100) have no letters I, O, S, V, Z.
        assert!(code.contains('S'), "{code}");
    }
}

#[test]
fn truth_becomes_a_line() {
    let mut defects = DefectRates::none();
    defects.set(Defect::MissingDischargeDepartment, 100_000);
    for stay in generate(Options {
        defects,
        ..clean(1, 20)
    }) {
        let cells = stay.truth.cells();
        assert_eq!(cells.len(), biaochi_synth::Truth::COLUMNS.len());
        assert_eq!(cells[8], "missing_discharge_department");
        assert_eq!(cells[9], "discharge_department");
        assert!(!cells[10].is_empty());
        assert!(stay.page.discharge_department.is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn every_region_is_consistent(seed: u64, discharges in 0u64..400, year in 2020i16..=2026, months in 0u8..12) {
        let from = Month::new(year, 1).expect("a month");
        let to = Month::new(year, 1 + months).expect("a month");
        let stays = generate(Options { from, to, ..clean(seed, discharges) });
        prop_assert_eq!(stays.len() as u64, discharges);
        for stay in stays {
            check_page(&stay.page);
            prop_assert!(stay.truth.defects.is_empty() && stay.raw_overrides.is_empty());
            prop_assert_eq!(stay.page.key(), Some(stay.truth.key));
        }
    }
}

#[test]
fn a_large_region_is_consistent() {
    for stay in Population::new(clean(11, 20_000)).expect("valid options") {
        check_page(&stay.page);
    }
}
