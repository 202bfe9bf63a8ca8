//! The divisions of the region and the names of its departments.

use super::rows::rows;

/// An administrative division.
#[derive(Debug)]
pub(crate) struct Division {
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    /// Its rank as a word: 省, 市, 县 or 乡.
    pub(crate) level: &'static str,
    /// Code of the division above it, empty for the highest.
    pub(crate) parent: &'static str,
}

/// What a department code means.
#[derive(Debug)]
pub(crate) struct DepartmentName {
    /// Code of value set RC023.
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    /// What its staff is specialised in, where somebody counts that; else empty.
    pub(crate) specialty: &'static str,
}

pub(super) fn divisions() -> Vec<Division> {
    rows(
        include_str!("../../content/divisions.csv"),
        ["code", "name", "level", "parent"],
    )
    .map(|[code, name, level, parent]| Division {
        code,
        name,
        level,
        parent,
    })
    .collect()
}

pub(super) fn departments() -> Vec<DepartmentName> {
    rows(
        include_str!("../../content/departments.csv"),
        ["code", "name", "specialty"],
    )
    .map(|[code, name, specialty]| DepartmentName {
        code,
        name,
        specialty,
    })
    .collect()
}
