//! What a result is linked to (挂钩): pay, subsidy, posts. Coefficients default to none.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::scheme::Cite;

/// A use of the result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its id.
    pub id: String,
    /// What it is linked to, such as the total wage fund.
    pub title: String,
    /// The coefficient by grade or score; `None` while nobody has decided one.
    pub coefficient: Coefficient,
    /// Where it stands.
    pub cite: Cite,
}

/// How a result becomes a coefficient.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Coefficient {
    /// Nobody has decided one.
    #[default]
    None,
    /// By grade.
    ByGrade(Vec<(String, Decimal)>),
    /// Score over full mark, times this.
    ByScore(Decimal),
}

/// The coefficient that a result leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkOutcome {
    /// Id of the link.
    pub link: String,
    /// The coefficient; `None` when none was decided, or there is no grade or score.
    pub coefficient: Option<Decimal>,
}

impl Link {
    /// The coefficient for a grade and score.
    pub fn outcome(
        &self,
        grade: Option<&str>,
        score: Option<Decimal>,
        full: Decimal,
    ) -> LinkOutcome {
        let coefficient = match &self.coefficient {
            Coefficient::None => None,
            Coefficient::ByGrade(grades) => grade.and_then(|grade| {
                let found = grades.iter().find(|(name, _)| name == grade);
                found.map(|(_, coefficient)| *coefficient)
            }),
            Coefficient::ByScore(factor) => score.and_then(|score| {
                let product = score.checked_mul(*factor)?;
                Some(product.checked_div(full)?.round_dp(6).normalize())
            }),
        };
        LinkOutcome {
            link: self.id.clone(),
            coefficient,
        }
    }
}
