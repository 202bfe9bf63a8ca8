//! What people made of each value of a record, one correction after another.

use std::collections::BTreeMap;

use biaochi_records::{Field, FrontPage, Sensitivity};
use biaochi_store::{Change, Correction, Recorded};
use biaochi_warehouse::{Sealer, WorkspaceKey};
use jiff::Timestamp;

use super::CorrectError;
use super::values::{Difference, Place, put, text_of};

/// The texts that a place had, and the last word on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chain {
    /// Every text before or after a correction.
    texts: Vec<Option<String>>,
    /// What the newest correction put there.
    pub(crate) last: Option<String>,
    /// Who said the last word, when and why.
    pub(crate) actor: String,
    pub(crate) at: Timestamp,
    pub(crate) reason: String,
}

/// Who corrected which record, when and why.
struct Word<'a> {
    record_key: &'a str,
    actor: &'a str,
    at: Timestamp,
    reason: &'a str,
}

/// The chains of a record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Chains(BTreeMap<Place, Chain>);

/// What became of a page.
#[derive(Debug)]
pub(crate) struct Folded {
    /// The page with everything that people corrected.
    pub(crate) page: FrontPage,
    /// Places that hold a value which nobody has seen: delivered anew with other content. They stay.
    pub(crate) stale: Vec<Place>,
}

impl Chains {
    /// The chains of corrections of one record, oldest first.
    pub(crate) fn of(corrections: &[Correction], key: &WorkspaceKey) -> Result<Self, CorrectError> {
        let mut chains = Self::default();
        for correction in corrections {
            let word = Word {
                record_key: &correction.record_key,
                actor: &correction.actor,
                at: correction.at,
                reason: &correction.reason,
            };
            chains.add(&word, &correction.changes, key)?;
        }
        Ok(chains)
    }

    /// Adds the changes of the next correction.
    fn add(
        &mut self,
        word: &Word<'_>,
        changes: &[Change],
        key: &WorkspaceKey,
    ) -> Result<(), CorrectError> {
        for change in changes {
            let Some(field) = Field::from_id(&change.field) else {
                return Err(CorrectError::StoredField {
                    field: change.field.clone(),
                });
            };
            let clear = |recorded: &Option<Recorded>| {
                let opened = recorded
                    .as_ref()
                    .map(|one| opened(one, key, word.record_key));
                opened.transpose()
            };
            let (before, after) = (clear(&change.before)?, clear(&change.after)?);
            let place = Place {
                field,
                index: change.index as usize,
            };
            let chain = self.0.entry(place).or_insert_with(|| Chain {
                texts: Vec::new(),
                last: None,
                actor: String::new(),
                at: word.at,
                reason: String::new(),
            });
            chain.texts.extend([before, after.clone()]);
            chain.last = after;
            word.actor.clone_into(&mut chain.actor);
            chain.at = word.at;
            word.reason.clone_into(&mut chain.reason);
        }
        Ok(())
    }

    /// The last word on a place.
    pub(crate) fn at(&self, place: Place) -> Option<&Chain> {
        self.0.get(&place)
    }

    /// The page with every correction in it, whichever of them it has already. A value that no correction
    /// has seen came from elsewhere and is left alone.
    pub(crate) fn fold(&self, page: &FrontPage) -> Folded {
        let mut folded = Folded {
            page: page.clone(),
            stale: Vec::new(),
        };
        for (place, chain) in &self.0 {
            let now = text_of(page, *place);
            if now == chain.last {
                continue;
            }
            let known = chain.texts.contains(&now);
            if !known || put(&mut folded.page, *place, chain.last.as_deref()).is_err() {
                folded.stale.push(*place);
            }
        }
        folded.page.close_gaps();
        folded
    }
}

/// Differences as the store takes them: direct identifiers sealed.
pub(crate) fn changes(
    differences: &[Difference],
    sealer: &mut Sealer,
    record_key: &str,
) -> Vec<Change> {
    let mut recorded = |field: Field, text: &Option<String>| {
        let text = text.as_ref()?;
        Some(match field.info().sensitivity {
            Sensitivity::Direct => Recorded::Sealed(hex(&sealer.seal(record_key, text.as_bytes()))),
            _ => Recorded::Plain(text.clone()),
        })
    };
    differences
        .iter()
        .map(|difference| Change {
            field: difference.place.field.info().id.to_owned(),
            index: u32::try_from(difference.place.index).unwrap_or(u32::MAX),
            before: recorded(difference.place.field, &difference.before),
            after: recorded(difference.place.field, &difference.after),
        })
        .collect()
}

fn opened(
    recorded: &Recorded,
    key: &WorkspaceKey,
    record_key: &str,
) -> Result<String, CorrectError> {
    match recorded {
        Recorded::Plain(text) => Ok(text.clone()),
        Recorded::Sealed(text) => bytes(text)
            .and_then(|sealed| key.unseal(record_key, &sealed))
            .and_then(|clear| String::from_utf8(clear).ok())
            .ok_or_else(|| CorrectError::Sealed {
                record_key: record_key.to_owned(),
            }),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    if !hex.is_ascii() || !hex.len().is_multiple_of(2) {
        return None;
    }
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use biaochi_records::Diagnosis;

    use super::*;
    use crate::correct::values::differences;

    const RECORD: &str = "0123456789abcdef0123456789abcdef";

    /// The chains of corrections that lead from page to page, and the changes as they are stored.
    fn chains(
        pages: &[FrontPage],
        (stored, read): (&WorkspaceKey, &WorkspaceKey),
    ) -> (Result<Chains, CorrectError>, String) {
        let mut sealer = stored.sealer();
        let mut chains = Chains::default();
        let mut printed = String::new();
        for pair in pages.windows(2) {
            let found = differences(&pair[0], &pair[1]);
            let changes = changes(&found, &mut sealer, RECORD);
            printed += &serde_json::to_string(&changes).expect("JSON");
            let word = Word {
                record_key: RECORD,
                actor: "coder",
                at: Timestamp::UNIX_EPOCH,
                reason: "r",
            };
            if let Err(error) = chains.add(&word, &changes, read) {
                return (Err(error), printed);
            }
        }
        (Ok(chains), printed)
    }

    fn page(codes: &[&str]) -> FrontPage {
        FrontPage {
            diagnoses: codes.iter().map(|code| Diagnosis::from(*code)).collect(),
            ..FrontPage::default()
        }
    }

    #[test]
    fn corrections_lead_from_any_version_to_the_newest() {
        let key = WorkspaceKey::from_secret(&[3; 32]);
        let mut versions = vec![page(&["A", "B", "B", "B"]), page(&["A", "B", "B"])];
        let mut named = versions[1].clone();
        named.patient_name = "张三".into();
        versions.push(named);
        let mut last = page(&["C", "B", "B"]);
        last.patient_name = "李四".into();
        versions.push(last.clone());
        let (chains, printed) = chains(&versions, (&key, &key));
        assert!(!printed.contains("张三"), "{printed}");
        let chains = chains.expect("own key");
        for version in &versions {
            let folded = chains.fold(version);
            assert_eq!((folded.page, folded.stale), (last.clone(), Vec::new()));
        }
    }

    #[test]
    fn sealed_values_open_with_their_key_only() {
        let key = WorkspaceKey::from_secret(&[3; 32]);
        let mut named = page(&["A"]);
        named.patient_name = "张三".into();
        let other = WorkspaceKey::from_secret(&[4; 32]);
        let (closed, _) = chains(&[page(&["A"]), named], (&key, &other));
        assert!(matches!(closed, Err(CorrectError::Sealed { .. })));
    }

    #[test]
    fn what_was_delivered_otherwise_stays_and_is_told() {
        let key = WorkspaceKey::from_secret(&[3; 32]);
        let mut right = page(&["B"]);
        right.sex = "2".into();
        let (chains, _) = chains(&[page(&["A"]), right], (&key, &key));
        let chains = chains.expect("own key");
        let folded = chains.fold(&page(&["X"]));
        assert_eq!(folded.page.diagnoses[0].code, "X");
        assert_eq!(folded.page.sex, "2");
        let names: Vec<String> = folded.stale.iter().map(Place::name).collect();
        assert_eq!(names, ["diagnoses.code[1]"]);
    }
}
