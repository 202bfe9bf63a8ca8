//! Disease profiles and what belongs to them.

use super::InstitutionKind;
use crate::people::Sex;
use crate::random::Weighted;

/// Number of a diagnosis in the table of codes.
pub(crate) type CodeId = u16;
/// Number of a procedure in the table of codes.
pub(crate) type ProcedureId = u16;
/// Number of a disease profile.
pub(crate) type ProfileId = u16;

/// A code of the insurance edition with its name and its code in the clinical edition.
#[derive(Debug)]
pub(crate) struct Code {
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    /// Name of the clinical edition's code; where no source names it, the same as `name`.
    pub(crate) clinical_name: &'static str,
    /// Equal to `code` where the editions agree or the clinical edition has no such code.
    pub(crate) clinical: &'static str,
}

/// A reason to be in hospital: who comes, when, where, and what happens there.
#[derive(Debug)]
pub(crate) struct Profile {
    pub(crate) id: &'static str,
    pub(crate) department: &'static str,
    pub(crate) tcm_department: &'static str,
    /// Admissions relative to all profiles.
    pub(crate) weight: u32,
    /// Change of the weight per year.
    pub(crate) growth_permille: i32,
    pub(crate) female_percent: u32,
    pub(crate) ages: AgePattern,
    /// Where the county's people go, by [`InstitutionKind`]: township, county, TCM, maternal, city.
    pub(crate) places: [u32; 5],
    /// Relative frequency by month.
    pub(crate) season: [u32; 12],
    /// Follows the weeks around the Spring Festival.
    pub(crate) festive: bool,
    pub(crate) emergency_percent: u32,
    /// Median length of stay at the county hospital.
    pub(crate) days: i32,
    /// Median charges at the county hospital without the treatment's own, in yuan.
    pub(crate) cost_yuan: i32,
    pub(crate) charges: &'static ChargePattern,
    pub(crate) mortality_permille: u32,
    pub(crate) principals: Vec<CodeId>,
    pub(crate) principal_weights: Weighted,
    pub(crate) complications: Vec<Complication>,
    pub(crate) treatments: Vec<Treatment>,
    pub(crate) follow_ups: Vec<FollowUpRule>,
    /// Indices into [`Content::external_causes`].
    pub(crate) causes: Vec<usize>,
    pub(crate) cause_weights: Weighted,
    pub(crate) morphology: &'static str,
    pub(crate) special: Special,
}

/// What the general way of making a stay does not cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Special {
    None,
    /// Treatment of a solid cancer that stands among the secondary diagnoses.
    Cancer,
    /// Treatment of a leukaemia or lymphoma that stands among the secondary diagnoses.
    BloodCancer,
    CaesareanDelivery,
    VaginalDelivery,
    /// Injuries of several regions of the body.
    Polytrauma,
}

/// How old the patients of a profile are.
#[derive(Debug)]
pub(crate) enum AgePattern {
    /// Weights of the nine age bands.
    Bands(Weighted),
    /// Days after birth, from and to.
    Days(i32, i32),
}

/// Lowest age of each age band; the last one is open.
pub(crate) const BAND_FROM: [i32; 9] = [0, 1, 5, 15, 25, 45, 60, 70, 80];
/// Highest age that people are generated for.
pub(crate) const OLDEST: i32 = 96;

/// The age band of an age in years.
pub(crate) fn band(age: i32) -> usize {
    BAND_FROM.iter().rposition(|&from| from <= age).unwrap_or(0)
}

/// A secondary diagnosis and how often it accompanies the principal one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Complication {
    pub(crate) code: CodeId,
    pub(crate) permille: u32,
    /// Arises in hospital.
    pub(crate) acquired: bool,
    pub(crate) sex: Option<Sex>,
}

/// A chronic condition that people keep.
#[derive(Debug)]
pub(crate) struct Chronic {
    pub(crate) code: CodeId,
    /// Prevalence by age band.
    pub(crate) permille: [u32; 9],
    pub(crate) sex: Option<Sex>,
    /// Not written beside diagnoses that begin so.
    pub(crate) not_with: Vec<&'static str>,
}

/// A procedure, alone or with companions, that part of a profile's patients get.
#[derive(Debug)]
pub(crate) struct Treatment {
    pub(crate) permille: u32,
    pub(crate) trend_permille: i32,
    pub(crate) codes: Vec<ProcedureId>,
    /// 1 to 4, 0 for what is no surgery.
    pub(crate) surgery_level: &'static str,
    pub(crate) anesthesia: &'static str,
    /// Joint code of incision and healing, empty for none.
    pub(crate) incision: &'static str,
    pub(crate) cost_yuan: i32,
    /// Days it adds to the stay.
    pub(crate) days: i32,
    /// Least level of an institution that can do it.
    pub(crate) minimum_level: u8,
    pub(crate) day_surgery: bool,
    pub(crate) intensive_care: bool,
    pub(crate) ventilator_hours: i32,
    /// Prefixes of the principal diagnoses that it treats; none for all.
    pub(crate) only_for: Vec<&'static str>,
}

/// Why a stay follows another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Followed {
    /// The next cycle or step, agreed at discharge.
    Planned,
    /// The disease came back.
    Unplanned,
    /// Sent on to another institution.
    Referral,
}

/// How often a stay leads to another one.
#[derive(Debug)]
pub(crate) struct FollowUpRule {
    pub(crate) kind: Followed,
    /// Goes to an institution nearer home.
    pub(crate) nearer: bool,
    pub(crate) permille: u32,
    pub(crate) from_day: i32,
    pub(crate) to_day: i32,
    pub(crate) next: ProfileId,
}

/// Shares of the charge classes, in the order of [`ChargePattern::CLASSES`].
#[derive(Debug)]
pub(crate) struct ChargePattern {
    pub(super) id: &'static str,
    pub(crate) shares: [u32; 22],
}

impl ChargePattern {
    pub(crate) const CLASSES: [&'static str; 22] = [
        "general_service",
        "general_treatment",
        "nursing",
        "other_service",
        "pathology",
        "laboratory",
        "imaging",
        "clinical_diagnostics",
        "non_surgical_treatment",
        "rehabilitation",
        "tcm_treatment",
        "western_medicine",
        "chinese_patent_medicine",
        "chinese_herbal_medicine",
        "blood",
        "albumin",
        "globulin",
        "coagulation_factor",
        "cytokine",
        "examination_disposables",
        "treatment_disposables",
        "other",
    ];
}

impl Code {
    /// Whether it begins with one of the prefixes.
    pub(crate) fn begins(&self, prefixes: &[&str]) -> bool {
        prefixes.iter().any(|prefix| self.code.starts_with(prefix))
    }
}

impl Profile {
    /// Weight of a kind of institution.
    pub(crate) fn place(&self, kind: InstitutionKind) -> u32 {
        self.places[kind as usize]
    }
}
