//! An explanation unfolded: structured data for programs, and the source of the sentences.

use biaochi_domain::{Language, Localized};
use compact_str::CompactString;
use serde::{Serialize, Serializer};

use crate::complications::ComplicationFinding;
use crate::definition::Check;
use crate::evaluation::Evaluation;
use crate::group::failure;
use crate::grouping::Grouping;
use crate::reason::Reason;
use crate::remark::Remark;
use crate::trace::{Decided, Explanation};

/// Everything there is to say about the grouping of one stay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report<'s> {
    /// The scheme.
    pub scheme: SchemeReport<'s>,
    /// The result with names.
    pub result: ResultReport<'s>,
    /// Codes that were translated, unchanged ones included; empty when no translation was asked for.
    pub translations: Vec<TranslationReport>,
    /// Checks before grouping, up to the first that failed; empty when the translation failed.
    pub checks: Vec<CheckReport>,
    /// Passes over the categories: one, or more in a scheme that tries single procedures again.
    pub passes: Vec<PassReport<'s>>,
    /// Secondary diagnoses that are MCC or CC, counted or excluded.
    pub complications: Vec<ComplicationFinding<'s>>,
    /// Remarks on single codes.
    pub remarks: Vec<Remark>,
}

/// The scheme that grouped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SchemeReport<'s> {
    /// Stable id.
    pub id: &'s str,
    /// Chinese title.
    pub title: &'s str,
    /// Hash of the scheme's content, empty when it was made by hand.
    pub content_hash: &'s str,
}

/// A result with the names of its codes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResultReport<'s> {
    /// Status and codes.
    #[serde(flatten)]
    pub grouping: Grouping<'s>,
    /// Published Chinese status text.
    pub status_label: &'static str,
    /// Name of the category.
    pub mdc_name: Option<&'s str>,
    /// Name of the adjacent group.
    pub adrg_name: Option<&'s str>,
    /// Name of the group.
    pub drg_name: Option<&'s str>,
}

/// What became of one code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TranslationReport {
    /// Whether it is a diagnosis; otherwise a procedure.
    pub diagnosis: bool,
    /// Place in its list, from 0.
    pub position: usize,
    /// The code as recorded.
    #[serde(serialize_with = "crate::json_text::text")]
    pub from: CompactString,
    /// The code that is grouped; `None` when there is no translation.
    #[serde(serialize_with = "crate::json_text::optional")]
    pub to: Option<CompactString>,
}

/// One check before grouping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CheckReport {
    /// The check.
    pub check: Check,
    /// Whether the stay passed it.
    pub passed: bool,
}

/// One pass over the categories.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PassReport<'s> {
    /// The only procedure that this pass looked at; `None` in the first pass.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[serde(serialize_with = "crate::json_text::optional")]
    pub single_procedure: Option<CompactString>,
    /// The categories that were tried, in order.
    pub categories: Vec<CategoryReport<'s>>,
}

/// One category that was tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CategoryReport<'s> {
    /// Code, such as `MDCB`.
    pub code: &'s str,
    /// Name, if the scheme has one.
    pub name: Option<&'s str>,
    /// Whether its condition held.
    pub entered: bool,
    /// What decided.
    pub reasons: Vec<Reason>,
    /// Its entries that were tried, in order.
    pub entries: Vec<EntryReport<'s>>,
    /// The category was final: none of its entries gave a group, and no other may be tried.
    pub final_without_group: bool,
}

/// One entry that was tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EntryReport<'s> {
    /// Id of the entry, mostly the ADRG code.
    pub entry: &'s str,
    /// The ADRG it leads to.
    pub adrg: &'s str,
    /// Name of the ADRG, if the scheme has one.
    pub name: Option<&'s str>,
    /// Whether its condition held.
    pub holds: bool,
    /// What decided.
    pub reasons: Vec<Reason>,
    /// Its DRG rules that were tried, in order.
    pub drgs: Vec<DrgReport<'s>>,
    /// The result it gave; `None` leads on to the next entry.
    pub result: Option<&'s str>,
}

/// One DRG rule that was tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DrgReport<'s> {
    /// The DRG.
    pub drg: &'s str,
    /// Its name, if the scheme has one.
    pub name: Option<&'s str>,
    /// Whether its condition held.
    pub holds: bool,
    /// What decided.
    pub reasons: Vec<Reason>,
}

impl<'s> Explanation<'s> {
    /// Unfolds the trace.
    pub fn report(&self) -> Report<'s> {
        let scheme = self.scheme;
        let stay = self.stay.stay();
        let grouping = self.grouping;
        let translated = self.translations();
        let untranslatable = translated.iter().any(|code| code.to.is_none());
        let name = |code: &str| scheme.name(code);
        Report {
            scheme: SchemeReport {
                id: &scheme.id,
                title: &scheme.title,
                content_hash: &scheme.content_hash,
            },
            result: ResultReport {
                grouping,
                status_label: grouping.status.label(),
                mdc_name: name(grouping.mdc),
                adrg_name: name(grouping.adrg),
                drg_name: name(grouping.drg),
            },
            translations: translated,
            checks: if untranslatable {
                Vec::new()
            } else {
                self.checks()
            },
            passes: self.passes(),
            complications: scheme.complications(&stay),
            remarks: scheme.remarks(&stay),
        }
    }

    fn translations(&self) -> Vec<TranslationReport> {
        let stay = self.stay.stay();
        if !stay.translate {
            return Vec::new();
        }
        let diagnoses = stay.diagnoses.iter().enumerate().map(|(position, from)| {
            let to = self.scheme.translate_diagnosis(from).map(Into::into);
            TranslationReport {
                diagnosis: true,
                position,
                from: from.clone(),
                to,
            }
        });
        let procedures = stay.procedures.iter().enumerate().map(|(position, from)| {
            let to = self.scheme.translate_procedure(from).map(Into::into);
            TranslationReport {
                diagnosis: false,
                position,
                from: from.clone(),
                to,
            }
        });
        diagnoses.chain(procedures).collect()
    }

    fn checks(&self) -> Vec<CheckReport> {
        let stay = self.stay.stay();
        let mut reports = Vec::new();
        for &check in &self.scheme.checks {
            let passed = failure(check, &stay).is_none();
            reports.push(CheckReport { check, passed });
            if !passed {
                break;
            }
        }
        reports
    }

    fn passes(&self) -> Vec<PassReport<'s>> {
        let scheme = self.scheme;
        let walk = &scheme.walk;
        let stay = self.stay.stay();
        let mut evaluation = Evaluation::new(scheme, &stay, stay.procedures);
        let mut passes: Vec<PassReport<'s>> = Vec::new();
        for decision in &self.decisions {
            let mut reasons = Vec::new();
            let holds = decision.holds;
            if let Decided::Pass(first) = decision.what {
                let single = match first {
                    0 => None,
                    first => stay.procedures.chunks(1).nth(first as usize),
                };
                evaluation = Evaluation::new(scheme, &stay, single.unwrap_or(stay.procedures));
                let single_procedure = single
                    .and_then(|single| single.first())
                    .map(|code| scheme.procedure_text(code, stay.translate).into());
                passes.push(PassReport {
                    single_procedure,
                    categories: Vec::new(),
                });
                continue;
            }
            evaluation.reasons(decision.decisive, &mut reasons);
            let Some(pass) = passes.last_mut() else {
                continue;
            };
            match decision.what {
                Decided::Pass(_) => {}
                Decided::Category(at) => {
                    let code = &*walk.categories[at as usize].code;
                    pass.categories.push(CategoryReport {
                        code,
                        name: scheme.name(code),
                        entered: holds,
                        reasons,
                        entries: Vec::new(),
                        final_without_group: false,
                    });
                }
                Decided::Step(at) => {
                    let Some(category) = pass.categories.last_mut() else {
                        continue;
                    };
                    let step = &walk.steps[at as usize];
                    if step.entry.is_empty() {
                        category.final_without_group = true;
                        continue;
                    }
                    let fallback = walk.outcomes.get(step.fallback as usize);
                    category.entries.push(EntryReport {
                        entry: &step.entry,
                        adrg: &step.adrg,
                        name: scheme.name(&step.adrg),
                        holds,
                        reasons,
                        drgs: Vec::new(),
                        // A DRG rule that holds, noted after this, takes precedence.
                        result: fallback.filter(|_| holds).map(|outcome| &*outcome.drg),
                    });
                }
                Decided::Drg(at) => {
                    let category = pass.categories.last_mut();
                    let Some(entry) = category.and_then(|found| found.entries.last_mut()) else {
                        continue;
                    };
                    let outcome = walk.drgs[at as usize].outcome;
                    let drg = &*walk.outcomes[outcome as usize].drg;
                    entry.drgs.push(DrgReport {
                        drg,
                        name: scheme.name(drg),
                        holds,
                        reasons,
                    });
                    if holds {
                        entry.result = Some(drg);
                    }
                }
            }
        }
        passes
    }
}

impl Serialize for Explanation<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.report().serialize(serializer)
    }
}

impl Localized for Explanation<'_> {
    fn text(&self, language: Language) -> String {
        self.report().text(language)
    }
}
