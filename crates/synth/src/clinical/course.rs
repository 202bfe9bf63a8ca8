//! How the stay goes: treatment, length, outcome, and what follows.

use super::{Arrival, Clinical, Disposition, Next, Visit};
use crate::content::{Code, Content, Followed, InstitutionKind, Profile, Special, Treatment};
use crate::random::Random;

/// Longest stay: whoever needs more is moved to another kind of care.
const LONGEST: i32 = 60;

impl Clinical {
    pub(super) fn mortality(&self, profile: &Profile, kind: InstitutionKind, band: usize) -> u32 {
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
    pub(super) fn send_on(
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
        }
    }

    pub(super) fn stay(
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
        if days > LONGEST {
            // Before the limit, not all on the same day.
            days = LONGEST - days % 19;
        }
        self.discharged = visit.admitted + days.max(1);
    }

    pub(super) fn intensive_care(
        &mut self,
        visit: &Visit,
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
        let days = self.discharged - visit.admitted;
        self.intensive_hours = (days * 24 * random.between(20, 65) / 100).max(6);
        if let Some(treatment) = treatment {
            let ventilated = (f64::from(treatment.ventilator_hours) * random.spread(0.25)) as i32;
            // Whoever stays or lives long enough is ventilated as long as the code says.
            self.ventilator_hours = match treatment.ventilator_hours {
                0 => 0,
                96.. => ventilated.max(97),
                _ => ventilated.clamp(3, 94),
            };
        }
        self.intensive_hours = self.intensive_hours.max(self.ventilator_hours + 4);
    }

    pub(super) fn follow_up(
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
            } else if self.children > 0 {
                // A child is born once.
                content.profile_id("postpartum")
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
pub(super) fn treatment(
    profile: &Profile,
    principal: &Code,
    kind: InstitutionKind,
    year: i32,
    random: &mut Random,
) -> Option<usize> {
    let mut point = random.below(1_000) as i32;
    for (at, treatment) in profile.treatments.iter().enumerate() {
        if kind.level() < treatment.minimum_level
            || !treatment.only_for.is_empty() && !principal.begins(&treatment.only_for)
        {
            continue;
        }
        let share = treatment.permille as i32 + treatment.trend_permille * year;
        // Chinese medicine tries to do without, unless the treatment is what one comes for.
        let delivery = matches!(
            profile.special,
            Special::CaesareanDelivery | Special::VaginalDelivery
        );
        let share = if kind == InstitutionKind::Tcm && share < 1_000 && !delivery {
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
