//! What a commission settles of a target whose document leaves something open.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::scope::Scope;
use crate::target::Target;

/// Who settled what a document leaves open, when, and where that is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Who decided.
    pub by: String,
    /// On which day.
    pub on: Date,
    /// The document that says so.
    pub document: String,
    /// What was open.
    pub question: String,
    /// What else there is to know.
    pub note: String,
    /// The pack that it stands in.
    pub pack: String,
}

/// A decision and what it sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// The target.
    pub target: String,
    /// The number that counts.
    pub number: Option<Decimal>,
    /// How far an exact value may be missed.
    pub tolerance: Option<Decimal>,
    /// The institutions that are meant; lists that are empty leave those of the document.
    pub scope: Option<Scope>,
    /// Who, when and where.
    pub decision: Decision,
}

/// Why a target cannot be settled by a ruling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RulingFault {
    /// Its document leaves nothing open: what it says cannot be set anew.
    NotOpen,
    /// Something stays open all the same.
    StillOpen(String),
}

impl Target {
    /// Settles what the document leaves open. Nothing else of the target changes.
    pub fn settle(&mut self, ruling: &Ruling) -> Result<(), RulingFault> {
        let question = self.question().ok_or(RulingFault::NotOpen)?;
        let mut settled = self.clone();
        settled.open = None;
        settled.amount.number = ruling.number.or(settled.amount.number);
        settled.tolerance = ruling.tolerance.or(settled.tolerance);
        if let Some(scope) = &ruling.scope {
            settled.scope.narrow(scope);
        }
        if let Some(question) = settled.question() {
            return Err(RulingFault::StillOpen(question));
        }
        settled.decided = Some(Decision {
            question,
            ..ruling.decision.clone()
        });
        *self = settled;
        Ok(())
    }
}

impl Scope {
    /// Takes the words of another scope where it has some.
    fn narrow(&mut self, by: &Self) {
        let lists = [
            (&mut self.levels, &by.levels),
            (&mut self.except_levels, &by.except_levels),
            (&mut self.ranks, &by.ranks),
            (&mut self.kinds, &by.kinds),
            (&mut self.names, &by.names),
        ];
        for (own, other) in lists {
            if !other.is_empty() {
                own.clone_from(other);
            }
        }
        self.is_public |= by.is_public;
    }
}

#[cfg(test)]
mod tests {
    use biaochi_domain::Language;
    use jiff::civil::date;

    use super::*;
    use crate::target::Comparator;
    use crate::target::tests::target;

    fn ruling() -> Ruling {
        Ruling {
            target: "T01".to_owned(),
            number: None,
            tolerance: None,
            scope: None,
            decision: Decision {
                by: "县卫生健康局".to_owned(),
                on: date(2024, 3, 1),
                document: "县卫发〔2024〕12号".to_owned(),
                question: String::new(),
                note: String::new(),
                pack: "own".to_owned(),
            },
        }
    }

    #[test]
    fn a_decision_settles_what_is_open_and_says_who_made_it() {
        let mut place = target(Comparator::AtMost, "全国前列");
        place.unit = "名".to_owned();
        let number = Some(50.into());
        let ruled = Ruling { number, ..ruling() };
        assert_eq!(place.settle(&ruled), Ok(()));
        assert!(place.is_met_by(50.into()) && !place.is_met_by(51.into()));
        let decided = place.decided.clone().expect("a decision");
        assert_eq!(decided.question, "“全国前列”按多少计算？");
        assert_eq!(decided.by, "县卫生健康局");
        assert_eq!(place.wanted(Language::Zh), "≤50名（原文“全国前列”）");
    }

    #[test]
    fn a_decision_names_the_institutions_that_are_meant() {
        let mut of_class = target(Comparator::AtLeast, "2");
        of_class.open = Some("哪些是第一类医院？".to_owned());
        of_class.scope.ranks = vec!["市级".to_owned()];
        let names = vec!["市中心医院".to_owned()];
        let scope = Some(Scope {
            names: names.clone(),
            ..Scope::default()
        });
        assert_eq!(of_class.settle(&Ruling { scope, ..ruling() }), Ok(()));
        assert_eq!(of_class.scope.names, names);
        assert_eq!(of_class.scope.ranks, ["市级"]);
        assert_eq!(of_class.question(), None);
    }

    #[test]
    fn a_decision_changes_nothing_that_the_document_says() {
        let mut clear = target(Comparator::AtLeast, "90");
        let number = Some(80.into());
        let fault = clear.settle(&Ruling { number, ..ruling() });
        assert_eq!(fault, Err(RulingFault::NotOpen));
        assert!(!clear.is_met_by(85.into()));
        let mut about = target(Comparator::Equal, "1:2");
        about.softeners = vec!["左右".to_owned()];
        let fault = about.settle(&ruling());
        assert!(matches!(fault, Err(RulingFault::StillOpen(_))));
        assert_eq!(about.decided, None);
        let tolerance = "0.1".parse().ok();
        assert_eq!(
            about.settle(&Ruling {
                tolerance,
                ..ruling()
            }),
            Ok(())
        );
        assert!(about.wanted(Language::Zh).contains("允许相差 0.1"));
    }
}
