//! What happens during a stay: diagnoses, treatment, duration, outcome, and what follows.
//!
//! Everything here is a function of the seed and the visit. The story needs it when someone is
//! admitted (how long, does the person live, what comes next) and the front page when the person has
//! left; between the two nothing but the visit is kept.

use crate::calendar::{Day, date, years_between};
use crate::content::{
    CodeId, Complication, Content, Followed, InstitutionId, InstitutionKind, Profile, ProfileId,
    Special, Treatment,
};
use crate::people::{Person, Sex, Trait, hash};
use crate::random::{Random, mix};

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
    Other,
}

impl Disposition {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Home => "1",
            Self::Transferred => "2",
            Self::Community => "3",
            Self::AgainstAdvice => "4",
            Self::Died => "5",
            Self::Other => "9",
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

/// Most secondary diagnoses that are written down.
const MOST_SECONDARIES: usize = 18;
/// Longest stay.
const LONGEST: i32 = 150;

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

        self.principal = profile.principals[profile.principal_weights.pick(&mut random)];
        self.treatment = treatment(profile, institution.kind, year, &mut random);
        self.secondaries.clear();
        self.severity = 0;
        self.children = 0;
        self.add_special(content, seed, visit, profile, &mut random);
        self.add_complications(content, visit, profile, institution.kind, band, &mut random);
        self.add_chronic(content, seed, visit, band);

        let treatment = self.treatment.map(|at| &profile.treatments[at]);
        let died = random.chance(self.mortality(profile, institution.kind, band));
        self.send_on(content, visit, profile, died, &mut random);
        self.stay(
            profile,
            treatment,
            institution.days_permille,
            year,
            visit,
            &mut random,
        );
        self.intensive_care(profile, treatment, level, &mut random);
        self.next = if died {
            None
        } else {
            self.follow_up(content, visit, profile, age, &mut random)
        };
    }

    /// Diagnoses that the kind of profile demands.
    fn add_special(
        &mut self,
        content: &Content,
        seed: u64,
        visit: &Visit,
        profile: &Profile,
        random: &mut Random,
    ) {
        match profile.special {
            Special::None => {}
            Special::Cancer => {
                let (codes, weights) = &content.cancers[visit.person.sex as usize];
                // The same person is treated for the same cancer.
                let point = mix(hash(seed, visit.person.id, Trait::Chronic), 999);
                self.push(codes[weights.at(point % weights.total())], false);
            }
            Special::CaesareanDelivery | Special::VaginalDelivery => {
                let principal = content.diagnosis(self.principal).code;
                let caesarean = profile.special == Special::CaesareanDelivery;
                let twins = principal.starts_with("O30");
                self.children = if twins { 2 } else { 1 };
                self.push(
                    content.known(if twins { "Z37.200x003" } else { "Z37.000x001" }),
                    false,
                );
                if !principal.starts_with("O80") {
                    self.push(
                        content.known(match (caesarean, twins) {
                            (true, true) => "O84.200",
                            (true, false) if random.chance(350) => "O82.100",
                            (true, false) => "O82.000",
                            (false, _) => "O80.000",
                        }),
                        false,
                    );
                }
                // Completed weeks 35 to 41, most often 39.
                let weeks = [
                    "O26.900x502",
                    "O26.900x503",
                    "O26.900x504",
                    "O26.900x505",
                    "O26.900x506",
                    "O26.900x506",
                    "O26.900x507",
                    "O26.900x508",
                ];
                let week = if twins {
                    random.below(3)
                } else {
                    1 + random.below(7)
                };
                self.push(content.known(weeks[week as usize]), false);
            }
            Special::Polytrauma => {
                for code in ["S22.300", "S32.802", "S42.000", "S27.301"] {
                    if random.chance(480) {
                        self.add(content, content.known(code), false);
                    }
                }
                if self.secondaries.len() < 2 {
                    self.add(content, content.known("S22.300"), false);
                    self.add(content, content.known("S42.000"), false);
                }
            }
        }
    }

    fn add_complications(
        &mut self,
        content: &Content,
        visit: &Visit,
        profile: &Profile,
        kind: InstitutionKind,
        band: usize,
        random: &mut Random,
    ) {
        const BY_BAND: [u32; 9] = [900, 700, 600, 600, 700, 900, 1_050, 1_250, 1_400];
        let by_kind = match kind {
            InstitutionKind::Township => 450,
            InstitutionKind::County => 1_000,
            InstitutionKind::Tcm => 800,
            InstitutionKind::Maternal => 850,
            InstitutionKind::City => 1_300,
        };
        let factor = BY_BAND[band] * by_kind / 1_000;
        // A normal delivery is one without complications of pregnancy.
        let normal_delivery = content.diagnosis(self.principal).code.starts_with("O80");
        for &Complication {
            code,
            permille,
            acquired,
            sex,
        } in &profile.complications
        {
            if !random.chance(permille * factor / 1_000)
                || sex.is_some_and(|sex| sex != visit.person.sex)
                || normal_delivery && content.diagnosis(code).code.starts_with('O')
            {
                continue;
            }
            if self.add(content, code, acquired) {
                self.severity += 1 + u32::from(acquired);
            }
        }
    }

    fn add_chronic(&mut self, content: &Content, seed: u64, visit: &Visit, band: usize) {
        let constitution = hash(seed, visit.person.id, Trait::Chronic);
        for (number, chronic) in content.chronic.iter().enumerate() {
            let present =
                mix(constitution, number as u64) % 1_000 < u64::from(chronic.permille[band]);
            if present
                && chronic.sex.is_none_or(|sex| sex == visit.person.sex)
                && !chronic
                    .not_with
                    .iter()
                    .any(|prefix| self.has(content, prefix))
            {
                self.add(content, chronic.code, false);
            }
        }
    }

    /// Whether a diagnosis begins with a prefix.
    fn has(&self, content: &Content, prefix: &str) -> bool {
        std::iter::once(self.principal)
            .chain(self.secondaries.iter().map(|secondary| secondary.code))
            .any(|code| content.diagnosis(code).code.starts_with(prefix))
    }

    /// Adds a diagnosis unless its category is there already.
    fn add(&mut self, content: &Content, code: CodeId, acquired: bool) -> bool {
        let text = content.diagnosis(code).code;
        // Several injuries and several metastases of one category are several diseases.
        let repeatable = text.starts_with(['S', 'T']) || text.starts_with("C7");
        let prefix = if repeatable { text } else { &text[..3] };
        // Nobody has two types of diabetes.
        let diabetes = ["E10", "E11", "E13", "E14"];
        let prefixes = if diabetes.contains(&prefix) {
            &diabetes[..]
        } else {
            &[prefix]
        };
        if self.secondaries.len() >= MOST_SECONDARIES
            || prefixes.iter().any(|prefix| self.has(content, prefix))
        {
            return false;
        }
        self.push(code, acquired);
        true
    }

    fn push(&mut self, code: CodeId, acquired: bool) {
        self.secondaries.push(Secondary { code, acquired });
    }

    fn mortality(&self, profile: &Profile, kind: InstitutionKind, band: usize) -> u32 {
        let by_age: u32 = match band {
            8 => 1_900,
            7 => 1_300,
            6 => 1_000,
            0 => 1_000,
            _ => 700,
        };
        let by_kind: u32 = match kind {
            InstitutionKind::Township => 300,
            InstitutionKind::County => 1_000,
            InstitutionKind::Tcm => 600,
            InstitutionKind::Maternal => 500,
            InstitutionKind::City => 900,
        };
        let severity = 650 + 180 * self.severity.min(6);
        let permille = u64::from(profile.mortality_permille)
            * u64::from(by_age)
            * u64::from(by_kind)
            * u64::from(severity)
            / 1_000_000_000;
        permille.min(850) as u32
    }

    /// Way of leaving and the institution that takes over.
    fn send_on(
        &mut self,
        content: &Content,
        visit: &Visit,
        profile: &Profile,
        died: bool,
        random: &mut Random,
    ) {
        use InstitutionKind::{City, County, Township};
        self.receiving = None;
        self.disposition = Disposition::Home;
        if died {
            self.disposition = Disposition::Died;
            return;
        }
        let kind = content.region.institution(visit.institution).kind;
        let severity = self.severity.min(6);
        let up = match kind {
            Township => 18 + 14 * severity + profile.mortality_permille / 2,
            City => 0,
            _ => 7 + 7 * severity + profile.mortality_permille / 4,
        };
        let down = if profile.days < 8 || profile.special != Special::None {
            0
        } else if kind == City {
            70
        } else if kind == Township {
            0
        } else {
            38
        };
        let residence = visit.person.residence;
        if random.chance(up) {
            let to = if kind == Township { County } else { City };
            self.receiving = content.region.serving(to, residence, random);
            if self.receiving.is_some() {
                self.disposition = Disposition::Transferred;
            }
        } else if random.chance(down) {
            self.receiving = content.region.serving(Township, residence, random);
            if self.receiving.is_some() {
                self.disposition = Disposition::Community;
            }
        } else if random.chance(22 + profile.mortality_permille.min(300) / 2) {
            self.disposition = Disposition::AgainstAdvice;
        } else if random.chance(2) {
            self.disposition = Disposition::Other;
        }
    }

    fn stay(
        &mut self,
        profile: &Profile,
        treatment: Option<&Treatment>,
        days_permille: u32,
        year: i32,
        visit: &Visit,
        random: &mut Random,
    ) {
        // Agreed beforehand, grows year by year.
        let agreed = visit.arrival == Arrival::Outpatient && self.disposition == Disposition::Home;
        self.day_surgery = treatment.is_some_and(|treatment| {
            treatment.day_surgery && random.chance((190 + 95 * year.max(0)) as u32)
        }) && agreed;
        if self.day_surgery {
            self.discharged = visit.admitted + i32::from(random.chance(650));
            return;
        }
        let trend = 1.0 - 0.022 * f64::from(year);
        let severity = 1.0 + 0.055 * f64::from(self.severity.min(8));
        let usual = f64::from(profile.days) * f64::from(days_permille) / 1_000.0;
        let added = treatment.map_or(0, |treatment| treatment.days);
        let mut days = (usual * trend * severity * random.spread(0.36)) as i32 + added;
        if matches!(
            self.disposition,
            Disposition::Died | Disposition::Transferred
        ) {
            days = days * random.between(20, 90) / 100;
        }
        self.discharged = visit.admitted + days.clamp(1, LONGEST);
    }

    fn intensive_care(
        &mut self,
        profile: &Profile,
        treatment: Option<&Treatment>,
        level: u8,
        random: &mut Random,
    ) {
        self.intensive_hours = 0;
        self.ventilator_hours = 0;
        let wanted = treatment.is_some_and(|treatment| treatment.intensive_care)
            || profile.mortality_permille >= 80 && random.chance(450);
        if level < 2 || !wanted || self.day_surgery {
            return;
        }
        // Emergencies on the last day leave no room for an intensive-care stay of its own.
        let hours = self.days_in(profile) * 24;
        self.intensive_hours = (hours * random.between(20, 65) / 100).max(6);
        if let Some(treatment) = treatment {
            let ventilated = (f64::from(treatment.ventilator_hours) * random.spread(0.25)) as i32;
            // The code says whether it was more or less than 96 hours.
            self.ventilator_hours = match treatment.ventilator_hours {
                0 => 0,
                96.. => ventilated.max(97),
                _ => ventilated.clamp(3, 94),
            };
        }
    }

    fn days_in(&self, profile: &Profile) -> i32 {
        // Only the order of magnitude matters; the page cuts the times to the stay.
        profile.days.clamp(1, 30)
    }

    fn follow_up(
        &self,
        content: &Content,
        visit: &Visit,
        profile: &Profile,
        age: i32,
        random: &mut Random,
    ) -> Option<Next> {
        if let Some(institution) = self.receiving {
            let township =
                content.region.institution(institution).kind == InstitutionKind::Township;
            let recovers = township && profile.place(InstitutionKind::Township) == 0;
            let next = if recovers {
                content.profile_id("postop_care")
            } else {
                visit.profile
            };
            // Not everyone who is sent on arrives.
            return random.chance(820).then(|| Next {
                kind: Followed::Referral,
                profile: next,
                after_days: i32::from(random.chance(300)),
                institution,
            });
        }
        for rule in &profile.follow_ups {
            if !random.chance(rule.permille) {
                continue;
            }
            let institution = if rule.nearer {
                let kinds = [
                    InstitutionKind::Tcm,
                    InstitutionKind::Township,
                    InstitutionKind::County,
                ];
                let kind = *random.pick(&kinds);
                content.region.serving(kind, visit.person.residence, random)
            } else {
                Some(visit.institution)
            };
            return Some(Next {
                kind: rule.kind,
                profile: rule.next,
                after_days: random.between(rule.from_day, rule.to_day),
                institution: institution.unwrap_or(visit.institution),
            });
        }
        let ill = age >= 45 || profile.mortality_permille > 0;
        let chance = if ill {
            14 + 6 * self.severity.min(5)
        } else {
            4
        };
        let delivered = self.children > 0;
        (!delivered && random.chance(chance)).then(|| Next {
            kind: Followed::Unplanned,
            profile: visit.profile,
            after_days: random.between(2, 30),
            institution: visit.institution,
        })
    }
}

/// Which of the profile's treatments the patient gets, if any.
fn treatment(
    profile: &Profile,
    kind: InstitutionKind,
    year: i32,
    random: &mut Random,
) -> Option<usize> {
    let mut point = random.below(1_000) as i32;
    for (at, treatment) in profile.treatments.iter().enumerate() {
        if kind.level() < treatment.minimum_level {
            continue;
        }
        let share = treatment.permille as i32 + treatment.trend_permille * year;
        // Chinese medicine tries to do without.
        let share = if kind == InstitutionKind::Tcm {
            share * 85 / 100
        } else {
            share
        };
        if point < share {
            return Some(at);
        }
        point -= share.max(0);
    }
    None
}

/// Whether the sex of a person allows a profile.
pub(crate) fn fits(profile: &Profile, sex: Sex) -> bool {
    match profile.female_percent {
        0 => sex == Sex::Male,
        100 => sex == Sex::Female,
        _ => true,
    }
}
