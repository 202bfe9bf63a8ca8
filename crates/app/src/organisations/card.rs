//! What there is to know of one unit on a day.

use std::collections::BTreeMap;

use biaochi_organisations::{BedKind, Institution, PopulationKind, Post, Title, Total, Unit, View};

/// A unit on a day.
#[derive(Debug, Clone)]
pub struct Card {
    /// The unit.
    pub unit: Unit,
    /// Its name.
    pub name: String,
    /// What it is, for an institution.
    pub institution: Option<Institution>,
    /// The units above it, nearest first, in every hierarchy.
    pub above: Vec<(Unit, String)>,
    /// The units directly below it.
    pub below: Vec<(Unit, String)>,
    /// The institutions that belong to it; of an institution, only itself.
    pub institutions: usize,
    /// Wards of an institution.
    pub wards: usize,
    /// Beds of each kind, where anybody says how many.
    pub beds: Vec<(BedKind, Total)>,
    /// Staff by post and title.
    pub staff: Vec<StaffCount>,
    /// People of the newest year not after the day that has a number, by kind.
    pub population: Vec<(PopulationKind, i16, u64)>,
    /// Institutions of the same level and type.
    pub peers: Vec<(Unit, String)>,
}

/// How many people hold a post with a title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields say what they hold")]
pub struct StaffCount {
    pub post: Post,
    pub title: Option<Title>,
    pub number: usize,
}

/// Years that are looked back for the number of people.
const YEARS_BACK: i16 = 10;

/// The card of a unit; `None` when there is no such unit on the day.
pub fn card(view: &View<'_>, unit: &Unit) -> Option<Card> {
    let name = view.name(unit)?;
    let named = |units: Vec<Unit>| -> Vec<(Unit, String)> {
        let named = units.into_iter();
        named
            .map(|unit| {
                let name = view.name(&unit).unwrap_or_default();
                (unit, name)
            })
            .collect()
    };
    let institution = match unit {
        Unit::Institution(code) => view.institution(code),
        _ => None,
    };
    let mut staff: BTreeMap<(Post, Option<Title>), usize> = BTreeMap::new();
    for member in view.staff_of(unit) {
        *staff.entry((member.post, member.title)).or_default() += 1;
    }
    let beds = BedKind::ALL
        .iter()
        .filter_map(|kind| Some((*kind, view.beds(unit, *kind)?)));
    let year = view.day().year();
    let population = PopulationKind::ALL.iter().filter_map(|kind| {
        let mut years = (year - YEARS_BACK..=year).rev();
        years.find_map(|year| Some((*kind, year, view.population(unit, year, *kind)?)))
    });
    let peers = institution
        .map(|own| view.peers(&own.code))
        .unwrap_or_default();
    Some(Card {
        name,
        above: named(view.ancestors(unit)),
        below: named(view.children(unit)),
        institutions: view.institutions_of(unit).map_or(0, |all| all.len()),
        wards: institution.map_or(0, |own| view.wards(&own.code).count()),
        beds: beds.collect(),
        staff: staff
            .into_iter()
            .map(|((post, title), number)| StaffCount {
                post,
                title,
                number,
            })
            .collect(),
        population: population.collect(),
        peers: peers
            .into_iter()
            .map(|peer| (Unit::Institution(peer.code.to_string()), peer.name.clone()))
            .collect(),
        institution: institution.cloned(),
        unit: unit.clone(),
    })
}
