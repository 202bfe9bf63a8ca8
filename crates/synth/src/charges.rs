//! What a stay costs, by class. The classes add up to the total to the fen.

use biaochi_records::{Charges, Decimal2};

use crate::calendar::date;
use crate::clinical::{Clinical, Visit};
use crate::content::{ChargePattern, Institution, InstitutionKind, Profile, Special, Treatment};
use crate::random::{Random, mix};

/// Fen per class, in the order of [`ChargePattern::CLASSES`], and those of surgery.
#[derive(Debug, Default)]
struct Bill {
    classes: [i64; 22],
    anesthesia: i64,
    surgery: i64,
    surgery_disposables: i64,
}

const GENERAL_TREATMENT: usize = 1;
const PATHOLOGY: usize = 4;
const NON_SURGICAL: usize = 8;
const TCM_TREATMENT: usize = 10;
const WESTERN: usize = 11;
const PATENT: usize = 12;
const HERBAL: usize = 13;
const BLOOD: usize = 14;
const CYTOKINE: usize = 18;
const TREATMENT_DISPOSABLES: usize = 20;

/// Which share of the total people pay themselves, in thousandths from and to, by payment method.
fn own_share(payment: &str) -> (i32, i32) {
    match payment {
        "1.1" => (140, 300),
        "1.2" => (260, 420),
        "2.1" => (260, 450),
        "2.2" => (400, 580),
        "4" => (40, 110),
        "5" => (80, 300),
        "6" => (0, 60),
        "7" => (1_000, 1_000),
        _ => (300, 600),
    }
}

/// What a physician's orders cost, the usual physician being 1.
fn habits(licence: &str) -> f64 {
    let hash = licence
        .bytes()
        .fold(17, |hash, byte| mix(hash, u64::from(byte)));
    0.90 + (hash % 240) as f64 / 1_000.0
}

/// Facts of a stay that decide its bill.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stay<'a> {
    pub(crate) visit: &'a Visit,
    pub(crate) clinical: &'a Clinical,
    pub(crate) profile: &'a Profile,
    pub(crate) institution: &'a Institution,
    pub(crate) payment: &'a str,
    /// The attending physician, who differs from others in habits.
    pub(crate) physician: &'a str,
    /// Units of blood were given.
    pub(crate) transfused: bool,
    /// Tissue was examined.
    pub(crate) pathology: bool,
    /// The marrow makes too few cells.
    pub(crate) marrow: bool,
}

/// Writes the bill of a stay.
pub(crate) fn write(charges: &mut Charges, stay: Stay<'_>, random: &mut Random) {
    let mut bill = Bill::default();
    let year = f64::from(date(stay.visit.admitted).year() - 2021);
    bill.add_basis(stay, year, random);
    if let Some(at) = stay.clinical.treatment {
        bill.add_treatment(&stay.profile.treatments[at], stay.institution, year, random);
    }
    let tcm = stay.institution.kind == InstitutionKind::Tcm;
    if tcm {
        bill.turn_to_chinese_medicine(random);
    }
    bill.write(charges, tcm, random);
    let total = charges.total_charges.map_or(0, Decimal2::hundredths);
    let (from, to) = own_share(stay.payment);
    // Health centres are reimbursed best.
    let relief = if stay.institution.kind == InstitutionKind::Township {
        550
    } else {
        1_000
    };
    let share = if from == 1_000 {
        1_000
    } else {
        random.between(from, to) * relief / 1_000
    };
    charges.out_of_pocket = Some(Decimal2::from_hundredths(total * i64::from(share) / 1_000));
}

impl Bill {
    fn add_basis(&mut self, stay: Stay<'_>, year: f64, random: &mut Random) {
        let Stay {
            clinical,
            profile,
            institution,
            visit,
            ..
        } = stay;
        let days = f64::from((clinical.discharged - visit.admitted).max(1));
        // Part of the costs arises at once, the rest day by day.
        let by_days = 0.38 + 0.62 * days / f64::from(profile.days.max(1));
        let severity = 1.0 + 0.10 * f64::from(clinical.severity.min(10));
        let intensive = 1.0 + 0.012 * f64::from(clinical.intensive_hours.min(240));
        let total = 0.80 * f64::from(profile.cost_yuan) * f64::from(institution.cost_permille)
            / 10.0
            * by_days.min(6.0)
            * severity
            * intensive
            * habits(stay.physician)
            * (1.0 + 0.015 * year)
            * random.spread(0.26);
        let mut parts = [0.0; ChargePattern::CLASSES.len()];
        let mut sum = 0.0;
        for (class, part) in parts.iter_mut().enumerate() {
            let share = f64::from(profile.charges.shares[class]);
            // Bought cheaper year by year.
            let trend = if class == WESTERN {
                1.0 - 0.03 * year
            } else {
                1.0
            };
            let present = match class {
                BLOOD => stay.transfused,
                PATHOLOGY => stay.pathology,
                CYTOKINE => random.chance(220) && (stay.marrow || profile.special == Special::None),
                15..CYTOKINE => random.chance(220),
                _ => share > 0.0,
            };
            // What few patients get is dear for those who get it.
            let share = match class {
                BLOOD => share.max(24.0),
                PATHOLOGY => share.max(18.0),
                15..=CYTOKINE => share * 4.0,
                _ => share,
            };
            *part = if present {
                share * trend * random.spread(0.22)
            } else {
                0.0
            };
            sum += *part;
        }
        for (class, part) in parts.iter().enumerate() {
            self.classes[class] += (total * part / sum) as i64;
        }
    }

    fn add_treatment(
        &mut self,
        treatment: &Treatment,
        institution: &Institution,
        year: f64,
        random: &mut Random,
    ) {
        // Procedures differ less between hospitals than the rest.
        let level = 0.5 + f64::from(institution.cost_permille) / 2_000.0;
        let fen = 0.82 * f64::from(treatment.cost_yuan) * 100.0 * level * random.spread(0.16);
        if treatment.surgery_level == "0" {
            let medicine = treatment.cost_yuan < 2_000;
            self.classes[if medicine { WESTERN } else { NON_SURGICAL }] += (fen * 0.62) as i64;
            self.classes[TREATMENT_DISPOSABLES] += (fen * 0.24) as i64;
            self.classes[GENERAL_TREATMENT] += (fen * 0.14) as i64;
            return;
        }
        // Volume-based procurement has cut the prices of implants.
        let material = match treatment.cost_yuan {
            20_000.. => 0.62,
            9_000..20_000 => 0.45,
            4_000..9_000 => 0.30,
            _ => 0.14,
        } * (1.0 - 0.05 * year);
        self.surgery_disposables += (fen * material) as i64;
        let rest = fen * (1.0 - material);
        let anesthesia = if treatment.anesthesia.is_empty() {
            0.0
        } else {
            0.22
        };
        self.anesthesia += (rest * anesthesia) as i64;
        self.surgery += (rest * (1.0 - anesthesia)) as i64;
    }

    /// A hospital of Chinese medicine does part of everything by its own means.
    fn turn_to_chinese_medicine(&mut self, random: &mut Random) {
        let mut moved = 0;
        for (class, permille) in [
            (WESTERN, 330),
            (NON_SURGICAL, 250),
            (GENERAL_TREATMENT, 200),
            (6, 120),
        ] {
            let part =
                self.classes[class] * random.between(permille - 60, permille + 60) as i64 / 1_000;
            self.classes[class] -= part;
            moved += part;
        }
        let therapy = moved * random.between(420, 560) as i64 / 1_000;
        let herbal = moved * random.between(180, 280) as i64 / 1_000;
        self.classes[TCM_TREATMENT] += therapy;
        self.classes[HERBAL] += herbal;
        self.classes[PATENT] += moved - therapy - herbal;
    }

    fn write(&self, charges: &mut Charges, tcm: bool, random: &mut Random) {
        let some = |fen: i64| (fen > 0).then_some(Decimal2::from_hundredths(fen));
        let [
            general_service,
            general_treatment,
            nursing,
            other_service,
            pathology,
            laboratory,
            imaging,
            clinical_diagnostics,
            non_surgical,
            rehabilitation,
            tcm_treatment,
            western,
            patent,
            herbal,
            blood,
            albumin,
            globulin,
            coagulation,
            cytokine,
            examination,
            treatment_disposables,
            other,
        ] = self.classes;
        charges.general_service = some(general_service);
        charges.general_treatment = some(general_treatment);
        charges.nursing = some(nursing);
        charges.other_service = some(other_service);
        charges.pathology = some(pathology);
        charges.laboratory = some(laboratory);
        charges.imaging = some(imaging);
        charges.clinical_diagnostics = some(clinical_diagnostics);
        charges.non_surgical_treatment = some(non_surgical);
        charges.physical_therapy = some(non_surgical * random.between(50, 350) as i64 / 1_000);
        charges.surgical_treatment = some(self.anesthesia + self.surgery);
        charges.anesthesia = some(self.anesthesia);
        charges.surgery = some(self.surgery);
        charges.rehabilitation = some(rehabilitation);
        charges.western_medicine = some(western);
        charges.antibacterials = some(western * random.between(20, 420) as i64 / 1_000);
        charges.chinese_patent_medicine = some(patent);
        charges.chinese_herbal_medicine = some(herbal);
        charges.blood = some(blood);
        charges.albumin = some(albumin);
        charges.globulin = some(globulin);
        charges.coagulation_factor = some(coagulation);
        charges.cytokine = some(cytokine);
        charges.examination_disposables = some(examination);
        charges.treatment_disposables = some(treatment_disposables);
        charges.surgery_disposables = some(self.surgery_disposables);
        charges.other = some(other);
        charges.tcm_treatment = some(tcm_treatment);
        if tcm {
            // The class again in parts, as the layout of hospitals of Chinese medicine has it.
            let diagnosis = tcm_treatment * 12 / 100;
            let others = tcm_treatment * 8 / 100;
            let therapy = tcm_treatment - diagnosis - others;
            charges.tcm_diagnosis = some(diagnosis);
            charges.tcm_therapy = some(therapy);
            charges.tcm_other = some(others);
            let needling = therapy * random.between(300, 500) as i64 / 1_000;
            let tuina = therapy * random.between(100, 250) as i64 / 1_000;
            charges.acupuncture_moxibustion = some(needling);
            charges.tuina = some(tuina);
            charges.tcm_external = some(therapy * random.between(80, 200) as i64 / 1_000);
            charges.tcm_special_dispensing = some(others / 2);
            charges.institution_preparation = some(patent * random.between(0, 300) as i64 / 1_000);
            charges.tcm_pattern_diagnosis =
                some(general_service * random.between(150, 350) as i64 / 1_000);
        }
        let total: i64 = self.classes.iter().sum::<i64>()
            + self.anesthesia
            + self.surgery
            + self.surgery_disposables;
        charges.total_charges = Some(Decimal2::from_hundredths(total));
    }
}
