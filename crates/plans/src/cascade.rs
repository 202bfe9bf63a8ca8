use std::cmp::Ordering;

use biaochi_domain::{Language, Localized};
use jiff::civil::Date;

use crate::plan::Plan;
use crate::target::{Binding, Comparator, Target};

/// A plan held against the one that it carries out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cascade<'a> {
    /// The same subject in both.
    pub compared: Vec<Comparison<'a>>,
    /// Targets of the higher plan with a number that the lower plan does not take up.
    pub missing: Vec<&'a Target>,
}

/// The same subject in two plans. The clauses are those of the targets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison<'a> {
    /// In the higher plan.
    pub parent: &'a Target,
    /// In the lower plan.
    pub child: &'a Target,
    /// How they differ.
    pub difference: Difference,
}

/// How the target of a lower plan stands against that of the higher one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Difference {
    /// It asks for less.
    Lower,
    /// It names a direction where the higher plan names a value.
    DirectionOnly,
    /// It goes the other way.
    Opposite,
    /// It asks for the same, later.
    Later,
    /// It asks for the same and names no date where the higher plan does.
    Undated,
    /// It asks for the same.
    Same,
    /// It asks for more, or for the same earlier.
    Higher,
    /// Words that have to be compared by a person, or a value that is still open.
    Unclear,
}

impl Difference {
    /// All of them, what needs attention first.
    pub const ALL: [Self; 8] = [
        Self::Lower,
        Self::DirectionOnly,
        Self::Opposite,
        Self::Later,
        Self::Undated,
        Self::Unclear,
        Self::Same,
        Self::Higher,
    ];

    /// The word for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Lower => "lower",
            Self::DirectionOnly => "direction_only",
            Self::Opposite => "opposite",
            Self::Later => "later",
            Self::Undated => "undated",
            Self::Same => "same",
            Self::Higher => "higher",
            Self::Unclear => "unclear",
        }
    }

    /// Whether the lower plan falls short of the higher one.
    pub fn falls_short(self) -> bool {
        matches!(
            self,
            Self::Lower | Self::DirectionOnly | Self::Opposite | Self::Later | Self::Undated
        )
    }
}

impl Localized for Difference {
    fn text(&self, language: Language) -> String {
        let (zh, en) = match self {
            Self::Lower => ("低于上级", "lower than the parent"),
            Self::DirectionOnly => ("上级有数值，本级只有方向", "a direction instead of a value"),
            Self::Opposite => ("方向相反", "the opposite direction"),
            Self::Later => ("期限晚于上级", "later than the parent"),
            Self::Undated => ("上级有期限，本级没有", "no date where the parent has one"),
            Self::Same => ("与上级一致", "the same as the parent"),
            Self::Higher => ("不低于上级", "higher than the parent"),
            Self::Unclear => ("须人工比对", "to be compared by a person"),
        };
        match language {
            Language::Zh => zh.to_owned(),
            Language::En => en.to_owned(),
        }
    }
}

/// Compares a plan with the one above it: targets that name the other with `follows`, and those that the
/// same indicator or data-set field answers for institutions that may be the same.
pub fn cascade<'a>(parent: &'a Plan, child: &'a Plan) -> Cascade<'a> {
    let mut compared = Vec::new();
    for target in &child.targets {
        let above = parent
            .targets
            .iter()
            .filter(|above| is_same_subject(parent, above, target));
        for above in above {
            compared.push(Comparison {
                parent: above,
                child: target,
                difference: difference(above, target),
            });
        }
    }
    let missing = parent.targets.iter().filter(|above| {
        let is_numeric = above.comparator.is_numeric() && above.amount.number.is_some();
        is_numeric && !compared.iter().any(|one| one.parent.id == above.id)
    });
    let missing = missing.collect();
    Cascade { compared, missing }
}

fn is_same_subject(parent: &Plan, above: &Target, target: &Target) -> bool {
    if let Some(follows) = &target.follows {
        return follows.split_once('/') == Some((&parent.id, &above.id));
    }
    let same = matches!(
        target.binding,
        Binding::Indicator(_) | Binding::Dataset { .. }
    ) && target.binding == above.binding;
    // A target for one hospital carries nothing out for a whole area unless it says so.
    same && target.scope.names.is_empty() == above.scope.names.is_empty()
        && target.scope.meets(&above.scope)
}

fn difference(parent: &Target, child: &Target) -> Difference {
    use Comparator::{AtLeast, AtMost, Down, Equal, State, Up};
    if parent.question().is_some() || child.question().is_some() {
        return Difference::Unclear;
    }
    let numbers = parent.amount.number.zip(child.amount.number);
    let demand = match (parent.comparator, child.comparator, numbers) {
        (Up, Up, _) | (Down, Down, _) => Ordering::Equal,
        (Up, Down, _) | (Down, Up, _) => return Difference::Opposite,
        (AtLeast, AtMost, _) | (AtMost, AtLeast, _) => return Difference::Opposite,
        (AtLeast | AtMost | Equal, Up | Down, _) => return Difference::DirectionOnly,
        (Up, AtLeast, _) | (Down, AtMost, _) => Ordering::Greater,
        (AtLeast, AtLeast | Equal, Some((above, own))) => own.cmp(&above),
        (AtMost, AtMost | Equal, Some((above, own))) => above.cmp(&own),
        (Equal, Equal, Some((above, own))) if own == above => Ordering::Equal,
        (Equal, AtLeast, Some((above, own))) if own >= above => Ordering::Equal,
        (State, State, _) if parent.amount.text == child.amount.text => Ordering::Equal,
        (Equal, Equal | AtLeast, Some((above, own))) if own < above && above > 0.into() => {
            Ordering::Less
        }
        _ => return Difference::Unclear,
    };
    match (demand, late(parent, child)) {
        (Ordering::Less, _) => Difference::Lower,
        (_, Late::Later) => Difference::Later,
        (_, Late::Undated) => Difference::Undated,
        (Ordering::Greater, _) | (_, Late::Earlier) => Difference::Higher,
        (Ordering::Equal, Late::No) => Difference::Same,
    }
}

/// How the last day of the lower plan stands to that of the higher one.
enum Late {
    No,
    Earlier,
    Later,
    Undated,
}

fn late(parent: &Target, child: &Target) -> Late {
    let end = |target: &Target| -> Option<Date> { target.due.date };
    if parent.due.every == child.due.every && parent.due.every.is_some() {
        return Late::No;
    }
    match (end(parent), end(child)) {
        (Some(above), Some(own)) if own > above => Late::Later,
        (Some(above), Some(own)) if own < above => Late::Earlier,
        (Some(_), None) if child.due.every.is_none() => Late::Undated,
        (None, Some(_)) => Late::Earlier,
        _ => Late::No,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::plan::Document;
    use crate::target::tests::target;
    use crate::urgency::Escalation;

    fn plan(id: &str, targets: Vec<Target>) -> Plan {
        Plan {
            id: id.to_owned(),
            version: "1".to_owned(),
            parent: None,
            document: Document::default(),
            clauses: Vec::new(),
            goals: Vec::new(),
            targets,
            tasks: Vec::new(),
            escalation: Escalation::default(),
            content_hash: String::new(),
        }
    }

    fn of(comparator: Comparator, value: &str, due: Option<Date>) -> Target {
        let mut target = target(comparator, value);
        target.due.date = due;
        target
    }

    #[track_caller]
    fn check(parent: Target, child: Target, expected: Difference) {
        let (parent, child) = (plan("p", vec![parent]), plan("c", vec![child]));
        let found = cascade(&parent, &child);
        assert_eq!(found.compared.len(), 1);
        assert_eq!(found.compared[0].difference, expected);
    }

    #[test]
    fn a_lower_plan_is_held_against_the_higher_one() {
        use Comparator::{AtLeast, AtMost, Down, Equal, Up};
        let early = Some(date(2022, 12, 31));
        let end = Some(date(2025, 12, 31));
        check(
            of(AtLeast, "90", end),
            of(AtLeast, "85", end),
            Difference::Lower,
        );
        check(
            of(AtLeast, "90", end),
            of(AtLeast, "90", end),
            Difference::Same,
        );
        check(
            of(AtLeast, "90", end),
            of(AtLeast, "95", end),
            Difference::Higher,
        );
        check(
            of(AtLeast, "3", early),
            of(AtLeast, "3", end),
            Difference::Later,
        );
        check(
            of(AtLeast, "3", early),
            of(AtLeast, "3", None),
            Difference::Undated,
        );
        check(
            of(AtMost, "10", end),
            of(AtMost, "12", end),
            Difference::Lower,
        );
        check(
            of(AtLeast, "90", end),
            of(Up, "", end),
            Difference::DirectionOnly,
        );
        check(of(Up, "", end), of(AtLeast, "90", end), Difference::Higher);
        check(of(Up, "", end), of(Down, "", end), Difference::Opposite);
        check(
            of(Equal, "100", end),
            of(Equal, "80", end),
            Difference::Lower,
        );
        check(
            of(AtLeast, "", end),
            of(AtLeast, "80", end),
            Difference::Unclear,
        );
    }

    #[test]
    fn subjects_meet_by_binding_and_scope_or_by_name() {
        let level = |level: &str, value: &str| {
            let mut target = of(Comparator::AtLeast, value, None);
            target.scope.levels = vec![level.to_owned()];
            target.id = format!("T-{level}");
            target
        };
        let parent = plan("p", vec![level("二级", "3"), level("三级", "4")]);
        let mut named = level("三级", "5");
        named.binding = Binding::Milestone("批文".to_owned());
        named.follows = Some("p/T-二级".to_owned());
        let child = plan("c", vec![level("三级甲等", "3"), named]);
        let found = cascade(&parent, &child);
        let pairs: Vec<_> = found
            .compared
            .iter()
            .map(|one| (one.parent.id.as_str(), one.difference))
            .collect();
        assert_eq!(
            pairs,
            [
                ("T-三级", Difference::Lower),
                ("T-二级", Difference::Higher)
            ]
        );
        assert!(found.missing.is_empty());
        let nothing = plan("c", Vec::new());
        assert_eq!(cascade(&parent, &nothing).missing.len(), 2);
    }
}
