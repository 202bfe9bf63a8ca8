//! What happens during a stay: diagnoses, treatment, duration, outcome, and what follows.
//!
//! Everything here is a function of the seed and the visit. The story needs it when someone is
//! admitted (how long, does the person live, what comes next) and the front page when the person has
//! left; between the two nothing but the visit is kept.

mod course;
mod diagnoses;

use crate::calendar::{Day, date, years_between};
use crate::content::{CodeId, Content, Followed, InstitutionId, Profile, ProfileId};
use crate::people::{Person, Sex};
use crate::random::Random;

/// How someone came to the hospital.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arrival {
    Emergency,
    Outpatient,
    /// Sent by another institution.
    Transfer,
}

/// A person admitted for a reason to an institution on a day.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Visit {
    /// Number of the stay; everything random about it comes from this stream.
    pub(crate) serial: u64,
    pub(crate) person: Person,
    pub(crate) profile: ProfileId,
    pub(crate) institution: InstitutionId,
    pub(crate) admitted: Day,
    pub(crate) arrival: Arrival,
}

/// Way of leaving, value set RC019.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Disposition {
    #[default]
    Home,
    /// To a hospital.
    Transferred,
    /// To a health centre.
    Community,
    AgainstAdvice,
    Died,
}

impl Disposition {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Home => "1",
            Self::Transferred => "2",
            Self::Community => "3",
            Self::AgainstAdvice => "4",
            Self::Died => "5",
        }
    }
}

/// A secondary diagnosis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Secondary {
    pub(crate) code: CodeId,
    /// Arose in hospital.
    pub(crate) acquired: bool,
}

/// The stay that follows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Next {
    pub(crate) kind: Followed,
    pub(crate) profile: ProfileId,
    pub(crate) after_days: i32,
    pub(crate) institution: InstitutionId,
}

/// What happened during a stay. Reusable.
#[derive(Debug, Default)]
pub(crate) struct Clinical {
    pub(crate) principal: CodeId,
    pub(crate) secondaries: Vec<Secondary>,
    /// Index into the profile's treatments.
    pub(crate) treatment: Option<usize>,
    /// Weight of the complications.
    pub(crate) severity: u32,
    pub(crate) discharged: Day,
    pub(crate) day_surgery: bool,
    pub(crate) intensive_hours: i32,
    pub(crate) ventilator_hours: i32,
    pub(crate) disposition: Disposition,
    pub(crate) receiving: Option<InstitutionId>,
    pub(crate) next: Option<Next>,
    /// Children born, for deliveries.
    pub(crate) children: u32,
}
impl Clinical {
    /// Lets a visit happen.
    pub(crate) fn decide(&mut self, content: &Content, seed: u64, visit: &Visit) {
        let mut random = Random::new(seed ^ 0xC11D_1CA1, visit.serial);
        let profile = content.profile(visit.profile);
        let institution = content.region.institution(visit.institution);
        let age = years_between(visit.person.birth, visit.admitted).max(0);
        let band = crate::content::band(age);
        let year = i32::from(date(visit.admitted).year()) - 2021;
        let level = institution.kind.level();

        // Some diseases of a profile begin late in life.
        for _ in 0..8 {
            self.principal = profile.principals[profile.principal_weights.pick(&mut random)];
            if content.least_age(self.principal) <= age {
                break;
            }
        }
        self.treatment = course::treatment(
            profile,
            content.diagnosis(self.principal),
            institution.kind,
            year,
            &mut random,
        );
        self.secondaries.clear();
        self.severity = 0;
        self.children = 0;
        self.add_special(content, seed, visit, profile, &mut random);
        self.add_complications(content, visit, profile, institution.kind, band, &mut random);
        self.add_chronic(content, seed, visit, band);

        let treatment = self.treatment.map(|at| &profile.treatments[at]);
        let died =
            random.chance(self.mortality(profile, institution.kind, band)) && self.is_ill(content);
        self.send_on(content, visit, profile, died, &mut random);
        self.stay(
            profile,
            treatment,
            institution.days_permille,
            year,
            visit,
            &mut random,
        );
        self.intensive_care(visit, profile, treatment, level, &mut random);
        self.next = if died {
            None
        } else {
            self.follow_up(content, visit, profile, age, &mut random)
        };
    }
}

/// Whether the sex of a person allows a profile.
pub(crate) fn fits(profile: &Profile, sex: Sex) -> bool {
    match profile.female_percent {
        0 => sex == Sex::Male,
        100 => sex == Sex::Female,
        _ => true,
    }
}
