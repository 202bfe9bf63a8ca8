use jiff::civil::Date;

use crate::due::Due;
use crate::target::Target;
use crate::urgency::Escalation;

/// The document that a plan is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Document {
    /// Its title.
    pub title: String,
    /// Who issued it.
    pub issuer: String,
    /// Its number (文号); empty when not known.
    pub number: String,
    /// Where it applies.
    pub place: String,
    /// The administrative division where it applies, six digits; empty for the whole country or when
    /// not known.
    pub division: String,
    /// The day of issue, if known.
    pub issued: Option<Date>,
    /// First day of the years it plans, if known.
    pub from: Option<Date>,
    /// Last day of the years it plans, if known.
    pub until: Option<Date>,
    /// What is special about its text: an excerpt, a draft, an interpretation.
    pub note: String,
}

/// A place in the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// Id within the plan.
    pub id: String,
    /// As the document numbers it.
    pub number: String,
    /// What it is about, in a few words.
    pub title: String,
    /// What it asks, in our words.
    pub text: String,
    /// Id of the source.
    pub source: String,
    /// Where in the source.
    pub section: String,
}

/// What a plan is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Goal {
    /// Id within the plan.
    pub id: String,
    /// The clause that says it.
    pub clause: String,
    /// In our words.
    pub title: String,
}

/// What a plan wants to be done, and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Id within the plan.
    pub id: String,
    /// The clause that says it.
    pub clause: String,
    /// What has to be done.
    pub title: String,
    /// Who has to do it.
    pub responsible: Vec<String>,
    /// Who helps.
    pub supporting: Vec<String>,
    /// The first day, if named.
    pub start: Option<Date>,
    /// Until when.
    pub due: Due,
    /// What has to be there in the end.
    pub deliverable: String,
    /// What shows that it is there.
    pub evidence: Vec<String>,
    /// The targets that it serves.
    pub targets: Vec<String>,
}

/// A plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Id, unique over all packs.
    pub id: String,
    /// Version of the pack.
    pub version: String,
    /// The plan that this one carries out.
    pub parent: Option<String>,
    /// The document.
    pub document: Document,
    /// Clauses in the order of the document.
    pub clauses: Vec<Clause>,
    /// What it is for.
    pub goals: Vec<Goal>,
    /// What shall be reached.
    pub targets: Vec<Target>,
    /// What shall be done.
    pub tasks: Vec<Task>,
    /// Who is told when, before and after a task is due.
    pub escalation: Escalation,
    /// SHA-256 over the files of the pack, in hexadecimal.
    pub content_hash: String,
}

impl Plan {
    /// A clause.
    pub fn clause(&self, id: &str) -> Option<&Clause> {
        self.clauses.iter().find(|clause| clause.id == id)
    }

    /// A target.
    pub fn target(&self, id: &str) -> Option<&Target> {
        self.targets.iter().find(|target| target.id == id)
    }

    /// A task.
    pub fn task(&self, id: &str) -> Option<&Task> {
        self.tasks.iter().find(|task| task.id == id)
    }

    /// How the clause of something is cited: `二（四） 智慧医院`.
    pub fn citation(&self, clause: &str) -> String {
        self.clause(clause).map_or_else(
            || clause.to_owned(),
            |clause| format!("{} {}", clause.number, clause.title),
        )
    }
}
