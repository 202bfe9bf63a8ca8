//! Units above and below each other: the tree of divisions, the alliances, the departments – several
//! hierarchies over the same institutions.

use std::collections::BTreeSet;

use crate::directory::View;
use crate::tables::Institution;
use crate::unit::Unit;

impl<'a> View<'a> {
    /// The institutions of a unit, by code; a department has its own. `None` when there is no such unit on
    /// the day.
    pub fn institutions_of(&self, unit: &Unit) -> Option<Vec<&'a Institution>> {
        match unit {
            Unit::All => Some(self.institutions().collect()),
            Unit::Division(code) => {
                let (code, _) = self.divisions.get_key_value(code.as_str())?;
                let mut found: Vec<&Institution> = self
                    .divisions_from(code)
                    .into_iter()
                    .filter_map(|division| self.located.get(division))
                    .flatten()
                    .copied()
                    .collect();
                found.sort_by(|a, b| a.code.cmp(&b.code));
                Some(found)
            }
            Unit::Alliance(id) => {
                self.alliance(id)?;
                let members = self.members(id).iter();
                Some(
                    members
                        .filter_map(|member| self.institution(&member.institution))
                        .collect(),
                )
            }
            Unit::Institution(code) => Some(vec![self.institution(code)?]),
            Unit::Department { institution, code } => {
                self.department(institution, code)?;
                Some(vec![self.institution(institution)?])
            }
        }
    }

    /// Whether an institution belongs to a unit. A department has none: it is part of one.
    pub fn contains(&self, unit: &Unit, institution: &str) -> bool {
        match unit {
            Unit::Department { .. } => false,
            Unit::All => self.institution(institution).is_some(),
            Unit::Institution(code) => code == institution && self.institution(code).is_some(),
            Unit::Alliance(id) => {
                let alliances = self.alliances_of.get(institution);
                alliances.is_some_and(|alliances| alliances.contains(&id.as_str()))
            }
            Unit::Division(code) => self
                .ancestors(&Unit::Institution(institution.to_owned()))
                .iter()
                .any(|above| matches!(above, Unit::Division(one) if one == code)),
        }
    }

    /// A division and all those below it.
    fn divisions_from(&self, code: &'a str) -> Vec<&'a str> {
        let mut found = vec![code];
        let mut seen = BTreeSet::from([code]);
        let mut at = 0;
        while let Some(division) = found.get(at) {
            at += 1;
            for below in self.below.get(division).into_iter().flatten() {
                if seen.insert(below) {
                    found.push(below);
                }
            }
        }
        found
    }

    /// The units directly above one, in every hierarchy: an institution lies in a division and may be a
    /// member of alliances. Those at the top are below [`Unit::All`].
    pub fn parents(&self, unit: &Unit) -> Vec<Unit> {
        let division = |code: Option<&str>| match code.and_then(|code| self.division(code)) {
            Some(division) => Unit::Division(division.code.to_string()),
            None => Unit::All,
        };
        match unit {
            Unit::All => Vec::new(),
            Unit::Division(code) => {
                let own = self.division(code);
                let parent = own.and_then(|own| own.parent.as_deref());
                own.map(|_| division(parent)).into_iter().collect()
            }
            Unit::Alliance(id) => {
                let own = self.alliance(id);
                let above = own.and_then(|own| own.division.as_deref());
                own.map(|_| division(above)).into_iter().collect()
            }
            Unit::Institution(code) => {
                let Some(own) = self.institution(code) else {
                    return Vec::new();
                };
                let alliances = self.alliances_of.get(code.as_str()).into_iter().flatten();
                let alliances = alliances.map(|id| Unit::Alliance((*id).to_owned()));
                std::iter::once(division(Some(&own.division)))
                    .chain(alliances)
                    .collect()
            }
            Unit::Department { institution, code } => {
                let Some(own) = self.department(institution, code) else {
                    return Vec::new();
                };
                let above = own.parent.as_deref();
                let above = above.and_then(|above| self.department(institution, above));
                vec![match above {
                    Some(above) => Unit::Department {
                        institution: institution.clone(),
                        code: above.code.to_string(),
                    },
                    None => Unit::Institution(institution.clone()),
                }]
            }
        }
    }

    /// All units above one, nearest first.
    pub fn ancestors(&self, unit: &Unit) -> Vec<Unit> {
        let mut found = self.parents(unit);
        let mut at = 0;
        while let Some(above) = found.get(at) {
            for next in self.parents(above) {
                if next != *unit && !found.contains(&next) {
                    found.push(next);
                }
            }
            at += 1;
        }
        // Everything is above all others.
        if let Some(all) = found.iter().position(|unit| *unit == Unit::All) {
            let all = found.remove(all);
            found.push(all);
        }
        found
    }

    /// The units directly below one: a division has divisions and institutions, an alliance its members,
    /// an institution its departments; what has no division stands directly under [`Unit::All`].
    pub fn children(&self, unit: &Unit) -> Vec<Unit> {
        let institution = |one: &Institution| Unit::Institution(one.code.to_string());
        match unit {
            Unit::All => {
                let is_top = |parent: Option<&str>| {
                    parent.is_none_or(|parent| self.division(parent).is_none())
                };
                let divisions = self
                    .divisions()
                    .filter(|division| is_top(division.parent.as_deref()))
                    .map(|division| Unit::Division(division.code.to_string()));
                let institutions = self
                    .institutions()
                    .filter(|institution| is_top(Some(&institution.division)))
                    .map(institution);
                divisions.chain(institutions).collect()
            }
            Unit::Division(code) => {
                let divisions = self.below.get(code.as_str()).into_iter().flatten();
                let divisions = divisions.map(|code| Unit::Division((*code).to_owned()));
                let institutions = self.located.get(code.as_str()).into_iter().flatten();
                divisions
                    .chain(institutions.map(|one| institution(one)))
                    .collect()
            }
            Unit::Alliance(id) => {
                let members = self.members(id).iter();
                members
                    .map(|member| Unit::Institution(member.institution.to_string()))
                    .collect()
            }
            Unit::Institution(code) => self.departments_below(code, None),
            Unit::Department { institution, code } => {
                self.departments_below(institution, Some(code))
            }
        }
    }

    fn departments_below(&self, institution: &str, parent: Option<&str>) -> Vec<Unit> {
        self.departments(institution)
            .filter(|department| {
                let above = department.parent.as_deref();
                above.filter(|above| self.department(institution, above).is_some()) == parent
            })
            .map(|department| Unit::Department {
                institution: institution.to_owned(),
                code: department.code.to_string(),
            })
            .collect()
    }

    /// The institutions of which a commission, or one below it, is in charge, by code.
    pub fn institutions_of_commission(&self, code: &str) -> Vec<&'a Institution> {
        let all: Vec<_> = self.commissions().collect();
        let mut found = vec![code];
        let mut at = 0;
        while let Some(above) = found.get(at).copied() {
            at += 1;
            for commission in &all {
                if commission.parent.as_deref() == Some(above)
                    && !found.contains(&commission.code.as_str())
                {
                    found.push(&commission.code);
                }
            }
        }
        self.institutions()
            .filter(|one| {
                one.commission
                    .as_deref()
                    .is_some_and(|own| found.contains(&own))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::directory::Directory;
    use crate::testing::{put, region};

    fn texts(units: &[Unit]) -> String {
        let texts: Vec<_> = units.iter().map(Unit::to_string).collect();
        texts.join(" ")
    }

    #[test]
    fn units_have_their_institutions() {
        let directory = Directory::new(region());
        let view = directory.as_of(date(2024, 1, 1));
        let check = |unit: &str, expected: Option<&str>| {
            let unit: Unit = unit.parse().expect("a unit");
            let found = view.institutions_of(&unit);
            let codes = found
                .as_ref()
                .map(|found| -> String { found.iter().map(|one| one.code.as_str()).collect() });
            assert_eq!(codes.as_deref(), expected, "{unit}");
            let is_department = matches!(unit, Unit::Department { .. });
            for one in view.institutions().filter(|_| !is_department) {
                let is_in = expected.is_some_and(|codes| codes.contains(one.code.as_str()));
                assert_eq!(
                    view.contains(&unit, &one.code),
                    is_in,
                    "{unit} {}",
                    one.code
                );
            }
        };
        check("all", Some("ABCDE"));
        check("division:99", Some("ABCDE"));
        check("division:990121", Some("ACDE"));
        check("division:990121001", Some("C"));
        check("division:1", None);
        check("alliance:county", Some("ACD"));
        check("alliance:other", None);
        check("hospital:B", Some("B"));
        check("hospital:Z", None);
        check("department:A/0301", Some("A"));
        check("department:A/99", None);
    }

    #[test]
    fn several_hierarchies_lead_up() {
        let directory = Directory::new(region());
        let view = directory.as_of(date(2024, 1, 1));
        let check = |unit: &str, above: &str| {
            let unit = unit.parse().expect("a unit");
            assert_eq!(texts(&view.ancestors(&unit)), above, "{unit}");
        };
        check(
            "department:A/0301",
            "department:A/03 hospital:A division:990121 alliance:county division:9901 division:99 all",
        );
        check(
            "hospital:C",
            "division:990121001 alliance:county division:990121 division:9901 division:99 all",
        );
        check(
            "alliance:county",
            "division:990121 division:9901 division:99 all",
        );
        check("division:99", "all");
        check("all", "");
        check("hospital:Z", "");
    }

    #[test]
    fn every_unit_is_a_child_of_its_parents() {
        let directory = Directory::new(region());
        let view = directory.as_of(date(2024, 1, 1));
        let mut units = vec![Unit::All];
        let mut at = 0;
        while let Some(unit) = units.get(at).cloned() {
            for child in view.children(&unit) {
                assert!(view.parents(&child).contains(&unit), "{child} below {unit}");
                units.push(child);
            }
            at += 1;
        }
        assert_eq!(
            texts(&view.children(&"hospital:A".parse().expect("a unit"))),
            "department:A/03"
        );
        assert_eq!(units.len(), 1 + 5 + 5 + 4);
    }

    #[test]
    fn rings_and_unknown_parents_end_somewhere() {
        let mut rows = region();
        put(&mut rows, Table::Divisions, "1,甲,县,2");
        put(&mut rows, Table::Divisions, "2,乙,县,1");
        put(&mut rows, Table::Divisions, "3,丙,县,nowhere");
        let directory = Directory::new(rows);
        let view = directory.as_of(date(2024, 1, 1));
        let ring = Unit::Division("1".to_owned());
        assert_eq!(texts(&view.ancestors(&ring)), "division:2");
        assert_eq!(view.institutions_of(&ring), Some(Vec::new()));
        assert!(
            view.children(&Unit::All)
                .contains(&Unit::Division("3".to_owned()))
        );
    }

    #[test]
    fn commissions_are_in_charge() {
        let mut rows = region();
        put(
            &mut rows,
            Table::Commissions,
            "SWJ,望舒市卫生健康委员会,9901",
        );
        rows.commissions[0].parent = crate::Code::new("SWJ");
        let directory = Directory::new(rows);
        let view = directory.as_of(date(2024, 1, 1));
        assert_eq!(view.institutions_of_commission("WJ").len(), 4);
        assert_eq!(view.institutions_of_commission("SWJ").len(), 4);
        assert_eq!(view.institutions_of_commission("X").len(), 0);
    }

    use crate::tables::Table;
}
