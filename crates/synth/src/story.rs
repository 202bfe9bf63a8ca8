//! The story of the region, told day by day.
//!
//! Each day the follow-up stays that are due begin, then as many new patients come as the season, the
//! weekday and the holidays make likely. A stay is kept as a visit until its month of discharge is
//! complete; nobody is admitted while in hospital or after death.

use std::collections::BTreeMap;

use biaochi_domain::Month;

use crate::admissions::{DailyWeights, USUAL_STAY, emergency_percent, quotas};
use crate::calendar::{self, Day};
use crate::clinical::{Arrival, Clinical, Visit};
use crate::content::{
    AgePattern, BAND_FROM, Content, Followed, InstitutionId, InstitutionKind, OLDEST, Profile,
    ProfileId,
};
use crate::options::Options;
use crate::people::{INFANTS, Person, Residents, Sex, State, residence, resident_count, slot};
use crate::random::{Random, Weighted};

/// A stay that has been told: what the front page needs to be written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Episode {
    pub(crate) visit: Visit,
    pub(crate) discharged: Day,
    /// Which stay of the person at the institution, from 1.
    pub(crate) count: u8,
    /// Why it follows another stay.
    pub(crate) followed: Option<Followed>,
}

#[derive(Debug, Clone, Copy)]
struct Due {
    person: Person,
    profile: ProfileId,
    institution: InstitutionId,
    kind: Followed,
    /// Last day of the stay that leads to it.
    after: Day,
    /// What an infant has been through; of others the residents know.
    history: State,
}

/// Days after birth in which a child is a newborn.
const NEWBORN: Day = 28;

/// Days told before the first month, so that it begins with people in hospital and cycles running.
const WARM_UP: Day = 120;

/// The running story.
#[derive(Debug)]
pub(crate) struct Story {
    content: &'static Content,
    seed: u64,
    random: Random,
    residents: Residents,
    infants: u32,
    serial: u64,
    today: Day,
    /// Stays that should have begun and that have begun.
    expected: f64,
    begun: f64,
    /// Admissions per unit of daily weight.
    rate: f64,
    daily: DailyWeights,
    due: BTreeMap<Day, Vec<Due>>,
    /// Stays by month of discharge.
    told: BTreeMap<Month, Vec<Episode>>,
    quotas: BTreeMap<Month, u64>,
    clinical: Clinical,
}

impl Story {
    /// Begins the story some months before the first one asked for.
    pub(crate) fn new(options: &Options) -> Self {
        let (first, last) = (
            calendar::first_day(options.from),
            calendar::last_day(options.to),
        );
        let mut daily = DailyWeights::default();
        let weights: f64 = (first..=last)
            .map(|day| daily.total(day - USUAL_STAY))
            .sum();
        Self {
            content: Content::get(),
            seed: options.seed,
            random: Random::new(options.seed, 0x0005_7087),
            residents: Residents::new(options.seed, resident_count(options)),
            infants: INFANTS,
            serial: 0,
            today: first - WARM_UP,
            expected: 0.0,
            begun: 0.0,
            rate: options.discharges as f64 / weights,
            quotas: quotas(options, &mut daily, weights),
            daily,
            due: BTreeMap::new(),
            told: BTreeMap::new(),
            clinical: Clinical::default(),
        }
    }

    /// All stays that end in a month, months in order.
    pub(crate) fn month(&mut self, month: Month) -> Vec<Episode> {
        let last = calendar::last_day(month);
        while self.today <= last {
            self.tell_day();
            self.today += 1;
        }
        self.fill_up(month);
        // What is before the first month is only the warm-up.
        self.told = self.told.split_off(&month);
        let mut episodes = self.told.remove(&month).unwrap_or_default();
        episodes.sort_unstable_by_key(|episode| {
            (
                episode.visit.institution,
                episode.discharged,
                episode.visit.serial,
            )
        });
        episodes
    }

    fn tell_day(&mut self) {
        let day = self.today;
        self.expected += self.rate * self.daily.total(day);
        for due in self.due.remove(&day).unwrap_or_default() {
            self.follow_up(due, day);
        }
        let mut tries = 0;
        while self.begun < self.expected && tries < 200 {
            if self.newcomer(day, None) {
                tries = 0;
            } else {
                tries += 1;
            }
        }
    }

    /// Chance leaves most months a few stays short of their number.
    fn fill_up(&mut self, month: Month) {
        let Some(&quota) = self.quotas.get(&month) else {
            return;
        };
        let (first, last) = (calendar::first_day(month), calendar::last_day(month));
        while (self.told.get(&month).map_or(0, Vec::len) as u64) < quota {
            let day = self.random.between(first, last);
            self.newcomer(day, Some(month));
        }
    }

    /// Someone without a pending story is admitted; `within` demands discharge in that month.
    fn newcomer(&mut self, day: Day, within: Option<Month>) -> bool {
        let profile_id = self.daily.pick(day, &mut self.random);
        let profile = self.content.profile(profile_id);
        let Some(person) = self.patient(profile, day) else {
            return false;
        };
        let Some(institution) = self.institution(profile, &person) else {
            return false;
        };
        let emergency = self.random.below(100) < emergency_percent(profile, day);
        let arrival = if emergency {
            Arrival::Emergency
        } else {
            Arrival::Outpatient
        };
        self.admit(
            person,
            profile_id,
            institution,
            day,
            arrival,
            None,
            State::default(),
            within,
        )
    }

    /// A person of the profile's age and sex who is alive and not in hospital.
    fn patient(&mut self, profile: &Profile, day: Day) -> Option<Person> {
        let female = self.random.below(100) < profile.female_percent;
        let sex = if female { Sex::Female } else { Sex::Male };
        let days_old = match &profile.ages {
            &AgePattern::Days(from, to) => Some(self.random.between(from, to)),
            AgePattern::Bands(bands) => {
                let band = bands.pick(&mut self.random);
                if band > 0 {
                    let oldest = BAND_FROM.get(band + 1).map_or(OLDEST, |next| next - 1);
                    let age = self.random.between(BAND_FROM[band], oldest);
                    let year = calendar::date(day).year() - age as i16;
                    let person = self.residents.born_in(year, sex, &mut self.random);
                    // Born later in the year than today: a year younger than wanted.
                    let state = self.residents.state(person.id);
                    let young = calendar::years_between(person.birth, day) < BAND_FROM[band];
                    return (!young && !state.is_dead() && state.busy_until() < day)
                        .then_some(person);
                }
                Some(self.random.between(29, 364))
            }
        };
        let id = self.infants;
        self.infants += 1;
        let birth = day - days_old?;
        Some(Person {
            id,
            birth,
            sex,
            residence: residence(self.seed, id),
        })
    }

    /// Where a person goes; `None` when the profile is not treated where the person could go.
    fn institution(&mut self, profile: &Profile, person: &Person) -> Option<InstitutionId> {
        use InstitutionKind::{City, County, Maternal, Tcm, Township};
        let region = &self.content.region;
        let outside = region.residences[usize::from(person.residence)]
            .health_centre
            .is_none();
        let kind = if outside {
            // Of the hospitals here, people of the city and of other counties use the city ones.
            City
        } else {
            let kinds = [Township, County, Tcm, Maternal, City];
            let weights = kinds.map(|kind| {
                // Outsiders bring the city hospitals the rest of their share.
                let permille = match kind {
                    City => 600,
                    Township => 1_250,
                    _ => 1_000,
                };
                u64::from(profile.place(kind)) * permille
            });
            kinds[Weighted::new(weights).pick(&mut self.random)]
        };
        // Most of what they have is treated elsewhere.
        if outside && self.random.below(100) >= profile.place(City) * 12 / 10 {
            return None;
        }
        region.serving(kind, person.residence, &mut self.random)
    }

    fn follow_up(&mut self, due: Due, day: Day) {
        let state = if due.person.id < INFANTS {
            self.residents.state(due.person.id)
        } else {
            due.history
        };
        if state.is_dead()
            || !crate::clinical::fits(self.content.profile(due.profile), due.person.sex)
        {
            return;
        }
        // Who is sent on may arrive on the day of leaving, everyone else comes on a later day.
        let sent_on = due.kind == Followed::Referral && state.busy_until() == due.after;
        if day < state.busy_until() || day == state.busy_until() && !sent_on {
            return;
        }
        let profile = self.content.profile(due.profile);
        let arrival = match due.kind {
            Followed::Referral => Arrival::Transfer,
            Followed::Planned => Arrival::Outpatient,
            Followed::Unplanned if self.random.below(100) < profile.emergency_percent => {
                Arrival::Emergency
            }
            Followed::Unplanned => Arrival::Outpatient,
        };
        let kind = Some(due.kind);
        let Due {
            person,
            mut profile,
            institution,
            history,
            ..
        } = due;
        // Who is no longer a newborn has no disease of newborns.
        let newborns = matches!(
            self.content.profile(profile).ages,
            AgePattern::Days(_, to) if to <= NEWBORN
        );
        if newborns && day - person.birth > NEWBORN {
            profile = self.content.profile_id("infant_perinatal");
        }
        if !self.admit(
            person,
            profile,
            institution,
            day,
            arrival,
            kind,
            history,
            None,
        ) {
            // The month is full: the bed is free a few days later.
            self.due.entry(day + 3).or_default().push(due);
        }
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "the facts of one admission, used in two places"
    )]
    fn admit(
        &mut self,
        person: Person,
        profile: ProfileId,
        institution: InstitutionId,
        day: Day,
        arrival: Arrival,
        followed: Option<Followed>,
        history: State,
        within: Option<Month>,
    ) -> bool {
        let serial = self.serial;
        self.serial += 1;
        let visit = Visit {
            serial,
            person,
            profile,
            institution,
            admitted: day,
            arrival,
        };
        let mut clinical = std::mem::take(&mut self.clinical);
        clinical.decide(self.content, self.seed, &visit);
        let discharged = clinical.discharged;
        let month = calendar::month(discharged);
        let full = self
            .quotas
            .get(&month)
            .is_some_and(|&quota| self.told.get(&month).map_or(0, Vec::len) as u64 >= quota);
        let accepted = !full && within.is_none_or(|within| within == month);
        if accepted {
            let died = clinical.disposition == crate::clinical::Disposition::Died;
            let kind = self.content.region.institution(institution).kind;
            let slot = slot(kind, institution);
            let before = if person.id < INFANTS {
                self.residents.state(person.id)
            } else {
                history
            };
            let state = before.after(slot, discharged, died);
            self.residents.remember(person.id, state);
            let count = state.stays(slot);
            self.told.entry(month).or_default().push(Episode {
                visit,
                discharged,
                count,
                followed,
            });
            self.begun += 1.0;
            if let Some(next) = clinical.next {
                let on = discharged + next.after_days;
                // A stay added to a past day has no sequel in the past.
                if on > self.today {
                    self.due.entry(on).or_default().push(Due {
                        person,
                        profile: next.profile,
                        institution: next.institution,
                        kind: next.kind,
                        after: discharged,
                        history: state,
                    });
                }
            }
        }
        self.clinical = clinical;
        accepted
    }
}
