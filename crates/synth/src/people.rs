//! The residents: persons that stay the same over all years.
//!
//! A person is a number. Sex and year of birth follow from where the number lies in the population
//! pyramid, everything else from hashes of the number, so that millions of persons need only the few
//! bytes that change: whether they live, until when they are in hospital, how often they were where.

use std::ops::RangeBounds;

use crate::calendar::{self, Day, date};
use crate::content::{Content, InstitutionKind};
use crate::options::Options;
use crate::random::{Random, mix};

/// Sex as far as front pages know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sex {
    Male,
    Female,
}

impl Sex {
    /// Code of value set RC001.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Male => "1",
            Self::Female => "2",
        }
    }
}

/// A person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Person {
    /// Number below [`INFANTS`] for residents.
    pub(crate) id: u32,
    pub(crate) birth: Day,
    pub(crate) sex: Sex,
    /// Number of the residence.
    pub(crate) residence: u8,
}

/// Numbers from here on are infants, who enter the story with their first stay.
pub(crate) const INFANTS: u32 = 1 << 31;

/// What of a person's constant traits is asked for; each has its own hash.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Trait {
    Birthday = 1,
    Residence,
    Surname,
    Blood,
    Ethnic,
    Occupation,
    Payment,
    Marriage,
    Address,
    Phone,
    Contact,
    Chronic,
    Identity,
    Allergy,
}

const FIRST_YEAR: i16 = 1926;
const LAST_YEAR: i16 = 2026;

/// Births of a year that still live in the region, relative.
fn pyramid(year: i16) -> u64 {
    match year {
        ..=1930 => 5,
        1931..=1935 => 14,
        1936..=1940 => 28,
        1941..=1945 => 44,
        1946..=1950 => 72,
        1951..=1957 => 110,
        1958..=1961 => 76,
        1962..=1973 => 150,
        1974..=1980 => 118,
        1981..=1990 => 105,
        1991..=2000 => 84,
        2001..=2010 => 82,
        2011..=2017 => 90,
        2018..=2020 => 70,
        _ => 52,
    }
}

/// How many people live in a region that has so many stays.
pub(crate) fn resident_count(options: &Options) -> u32 {
    let (first, last) = (
        calendar::first_day(options.from),
        calendar::last_day(options.to),
    );
    let per_year = options.discharges as f64 * 365.0 / f64::from(last - first + 1);
    // Some 17 stays a year per hundred people; few months do not need more people than stays.
    (per_year.min(options.discharges as f64) * 6.0).max(4_000.0) as u32
}

/// Of a thousand residents, those born in some years.
pub(crate) fn share_born(years: impl RangeBounds<i16>) -> u64 {
    let all: u64 = (FIRST_YEAR..=LAST_YEAR).map(pyramid).sum();
    let born = (FIRST_YEAR..=LAST_YEAR).filter(|year| years.contains(year));
    born.map(pyramid).sum::<u64>() * 1000 / all
}

/// All residents.
#[derive(Debug)]
pub(crate) struct Residents {
    seed: u64,
    /// First number of each (year, sex), men before women, and the end.
    starts: Vec<u32>,
    states: Vec<u64>,
}

impl Residents {
    /// About `count` residents.
    pub(crate) fn new(seed: u64, count: u32) -> Self {
        let total: u64 = (FIRST_YEAR..=LAST_YEAR).map(pyramid).sum::<u64>() * 2;
        let mut starts = vec![0];
        let mut end = 0;
        for year in FIRST_YEAR..=LAST_YEAR {
            for _ in 0..2 {
                // Even a small region has a few people of every age.
                end += ((u64::from(count) * pyramid(year) / total) as u32).max(8);
                starts.push(end);
            }
        }
        Self {
            seed,
            starts,
            states: vec![0; end as usize],
        }
    }

    /// Some resident born in a year.
    pub(crate) fn born_in(&self, year: i16, sex: Sex, random: &mut Random) -> Person {
        let year = year.clamp(FIRST_YEAR, LAST_YEAR);
        let stratum = usize::from((year - FIRST_YEAR) as u16) * 2 + sex as usize;
        let (from, to) = (self.starts[stratum], self.starts[stratum + 1]);
        let id = from + random.below(to - from);
        let january = biaochi_records::days_since_epoch(jiff::civil::Date::constant(year, 1, 1));
        Person {
            id,
            birth: january + (self.hash(id, Trait::Birthday) % 365) as i32,
            sex,
            residence: residence(self.seed, id),
        }
    }

    fn hash(&self, id: u32, of: Trait) -> u64 {
        hash(self.seed, id, of)
    }

    /// What has happened to a person so far; infants have no memory.
    pub(crate) fn state(&self, id: u32) -> State {
        State(self.states.get(id as usize).copied().unwrap_or(0))
    }

    /// Remembers what happened to a person.
    pub(crate) fn remember(&mut self, id: u32, state: State) {
        if let Some(place) = self.states.get_mut(id as usize) {
            *place = state.0;
        }
    }
}

/// Number of the residence of a person.
pub(crate) fn residence(seed: u64, id: u32) -> u8 {
    let weights = &Content::get().region.residence_weights;
    weights.at(hash(seed, id, Trait::Residence) % weights.total()) as u8
}

/// A constant trait of a person.
pub(crate) fn hash(seed: u64, id: u32, of: Trait) -> u64 {
    mix(seed ^ (of as u64) << 56, u64::from(id))
}

/// A person's history in 64 bits: busy until (15), dead (1), six counts of stays (8 each).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct State(u64);

/// Days of histories count from here, 2018-01-01.
const HISTORY_START: Day = 17_532;

impl State {
    /// Last day of the last stay.
    pub(crate) fn busy_until(self) -> Day {
        (self.0 & 0x7FFF) as Day + HISTORY_START
    }

    /// Has died.
    pub(crate) fn is_dead(self) -> bool {
        self.0 & 0x8000 != 0
    }

    /// Stays in a slot of institutions so far.
    pub(crate) fn stays(self, slot: usize) -> u8 {
        (self.0 >> (16 + 8 * slot)) as u8
    }

    /// After a further stay.
    pub(crate) fn after(self, slot: usize, until: Day, died: bool) -> Self {
        let count = self.stays(slot).saturating_add(1);
        let shift = 16 + 8 * slot;
        let until = (until - HISTORY_START).clamp(0, 0x7FFF) as u64;
        Self(
            (self.0 & !(0xFF << shift) & !0x7FFF)
                | u64::from(count) << shift
                | until
                | u64::from(died) << 15,
        )
    }
}

/// The slot in which stays at an institution are counted: people use one health centre, and the two
/// city hospitals apart.
pub(crate) fn slot(kind: InstitutionKind, institution: u8) -> usize {
    match kind {
        InstitutionKind::City => 4 + usize::from(institution % 2),
        kind => kind as usize,
    }
}

/// Year of birth.
pub(crate) fn birth_year(person: &Person) -> i16 {
    date(person.birth).year()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn history_keeps_its_parts_apart() {
        let state = State(0)
            .after(2, 19_000, false)
            .after(5, 19_100, false)
            .after(5, 19_200, true);
        assert_eq!(state.busy_until(), 19_200);
        assert!(state.is_dead());
        assert_eq!(
            (0..6).map(|slot| state.stays(slot)).collect::<Vec<_>>(),
            [0, 0, 1, 0, 0, 2]
        );
    }

    #[test]
    fn residents_are_born_when_asked() {
        let residents = Residents::new(5, 50_000);
        let mut random = Random::new(1, 1);
        for year in [1930, 1966, 2000, 2024] {
            let person = residents.born_in(year, Sex::Female, &mut random);
            assert_eq!(birth_year(&person), year);
            assert_eq!(person.sex, Sex::Female);
        }
        assert!(
            (45_000..55_000).contains(&residents.states.len()),
            "{}",
            residents.states.len()
        );
    }
}
