//! The fictitious region: where people live and which institutions treat them.

use biaochi_records::Layout;

use super::rows::{number, rows};
use crate::random::Weighted;

/// Number of an institution in the table.
pub(crate) type InstitutionId = u8;

/// Role of an institution in the region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InstitutionKind {
    Township,
    County,
    Tcm,
    Maternal,
    City,
}

impl InstitutionKind {
    /// What it can do: 1 basic care, 2 county hospital, 3 tertiary hospital.
    pub(crate) fn level(self) -> u8 {
        match self {
            Self::Township => 1,
            Self::County | Self::Tcm | Self::Maternal => 2,
            Self::City => 3,
        }
    }
}

/// An institution.
#[derive(Debug)]
pub(crate) struct Institution {
    /// Organisation code of 18 characters that no real institution can have.
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    pub(crate) kind: InstitutionKind,
    /// The layout in which it delivers its front pages.
    pub(crate) layout: Layout,
    /// Level of its charges, the county hospital being 1000.
    pub(crate) cost_permille: u32,
    /// Level of its stays, the county hospital being 1000.
    pub(crate) days_permille: u32,
    /// Of the people who go to institutions of this kind, those who go to this one, in per cent.
    pub(crate) share: u32,
    /// Number of wards.
    pub(crate) wards: u32,
}

/// A township, street or district in which people live.
#[derive(Debug)]
pub(crate) struct Residence {
    pub(crate) address: &'static str,
    pub(crate) postcode: &'static str,
    /// People who live there, relative to the others.
    pub(crate) weight: u64,
    /// Its health centre; people outside the county have none in the data.
    pub(crate) health_centre: Option<InstitutionId>,
}

/// Institutions and residences.
#[derive(Debug)]
pub(crate) struct Region {
    pub(crate) institutions: Vec<Institution>,
    pub(crate) residences: Vec<Residence>,
    pub(crate) residence_weights: Weighted,
    cities: (Vec<InstitutionId>, Weighted),
}

impl Region {
    pub(super) fn load() -> Self {
        let mut institutions = Vec::new();
        let mut ids = Vec::new();
        let mut cities = (Vec::new(), Vec::new());
        for [id, code, name, kind, layout, share, cost, days, wards] in rows(
            include_str!("../../content/institutions.csv"),
            [
                "id",
                "code",
                "name",
                "kind",
                "layout",
                "share",
                "cost_permille",
                "days_permille",
                "wards",
            ],
        ) {
            let kind = match kind {
                "township" => InstitutionKind::Township,
                "county" => InstitutionKind::County,
                "tcm" => InstitutionKind::Tcm,
                "maternal" => InstitutionKind::Maternal,
                "city" => InstitutionKind::City,
                other => panic!("content/institutions.csv: kind {other}"),
            };
            if kind == InstitutionKind::City {
                cities.0.push(institutions.len() as InstitutionId);
                cities.1.push(number::<u64>(share));
            }
            ids.push(id);
            institutions.push(Institution {
                code,
                name,
                kind,
                layout: layout.parse().expect("a layout of the catalogue"),
                cost_permille: number(cost),
                days_permille: number(days),
                share: number(share),
                wards: number(wards),
            });
        }
        let mut residences = Vec::new();
        let mut weights = Vec::new();
        for [_, address, postcode, weight, institution] in rows(
            include_str!("../../content/residences.csv"),
            ["name", "address", "postcode", "weight", "institution"],
        ) {
            weights.push(number::<u64>(weight));
            residences.push(Residence {
                address,
                postcode,
                weight: number(weight),
                health_centre: ids
                    .iter()
                    .position(|id| *id == institution)
                    .map(|at| at as InstitutionId),
            });
        }
        Self {
            institutions,
            residences,
            residence_weights: Weighted::new(weights),
            cities: (cities.0, Weighted::new(cities.1)),
        }
    }

    pub(crate) fn institution(&self, id: InstitutionId) -> &Institution {
        &self.institutions[usize::from(id)]
    }

    /// Of the people who go to institutions of its kind, those who go to an institution: health centres by
    /// the people of their place.
    pub(crate) fn share_percent(&self, institution: usize) -> f64 {
        let total: u64 = self.residences.iter().map(|place| place.weight).sum();
        let own: u64 = self
            .residences
            .iter()
            .filter(|place| place.health_centre.map(usize::from) == Some(institution))
            .map(|place| place.weight)
            .sum();
        match self.institutions[institution].kind {
            InstitutionKind::Township => own as f64 * 100.0 / total as f64,
            _ => f64::from(self.institutions[institution].share),
        }
    }

    /// The institution of a kind for someone living at `residence`; `None` when the county's health
    /// centres do not serve the place.
    pub(crate) fn serving(
        &self,
        kind: InstitutionKind,
        residence: u8,
        random: &mut crate::random::Random,
    ) -> Option<InstitutionId> {
        match kind {
            InstitutionKind::Township => self.residences[usize::from(residence)].health_centre,
            InstitutionKind::City => Some(self.cities.0[self.cities.1.pick(random)]),
            kind => self
                .institutions
                .iter()
                .position(|institution| institution.kind == kind)
                .map(|at| at as InstitutionId),
        }
    }
}
