use std::fmt;
use std::str::FromStr;

/// Whom a value, a target or an assessment is about.
///
/// Written `all`, `division:522200`, `alliance:county`, `hospital:45010000-1` and
/// `department:45010000-1/0304`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Unit {
    /// Every institution there is.
    #[default]
    All,
    /// The institutions of an administrative division (行政区划) and of those below it.
    Division(String),
    /// The members of an alliance (医联体), by its id.
    Alliance(String),
    /// One institution, by its organisation code.
    Institution(String),
    /// A department of an institution.
    Department {
        /// Organisation code of the institution.
        institution: String,
        /// Code of the department within the institution.
        code: String,
    },
}

/// A text that is not a unit such as `all` or `hospital:45010000-1`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a unit such as all, division:522200, alliance:county, hospital:45010000-1 or \
     department:45010000-1/0304"
)]
pub struct ParseUnitError(String);

impl Unit {
    /// The institution that it is, or that it belongs to.
    pub fn institution(&self) -> Option<&str> {
        match self {
            Self::Institution(code) => Some(code),
            Self::Department { institution, .. } => Some(institution),
            Self::All | Self::Division(_) | Self::Alliance(_) => None,
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Division(code) => write!(f, "division:{code}"),
            Self::Alliance(id) => write!(f, "alliance:{id}"),
            Self::Institution(code) => write!(f, "hospital:{code}"),
            Self::Department { institution, code } => {
                write!(f, "department:{institution}/{code}")
            }
        }
    }
}

impl FromStr for Unit {
    type Err = ParseUnitError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parse = || {
            if text == "all" {
                return Some(Self::All);
            }
            let (kind, code) = text.split_once(':')?;
            let is_code = |code: &str| !code.is_empty() && code.trim() == code;
            match kind {
                _ if !is_code(code) => None,
                "division" => Some(Self::Division(code.to_owned())),
                "alliance" => Some(Self::Alliance(code.to_owned())),
                "hospital" => Some(Self::Institution(code.to_owned())),
                "department" => {
                    let (institution, code) = code.split_once('/')?;
                    (is_code(institution) && is_code(code)).then(|| Self::Department {
                        institution: institution.to_owned(),
                        code: code.to_owned(),
                    })
                }
                _ => None,
            }
        };
        parse().ok_or_else(|| ParseUnitError(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, unit: Option<Unit>) {
        let parsed = text.parse::<Unit>().ok();
        assert_eq!(parsed, unit, "{text}");
        if let Some(unit) = unit {
            assert_eq!(unit.to_string(), text);
        }
    }

    #[test]
    fn parses_and_prints() {
        check("all", Some(Unit::All));
        check("division:522200", Some(Unit::Division("522200".into())));
        check("alliance:县域", Some(Unit::Alliance("县域".into())));
        check(
            "hospital:45010000-1",
            Some(Unit::Institution("45010000-1".into())),
        );
        let department = |code: &str| Unit::Department {
            institution: "45010000-1".into(),
            code: code.into(),
        };
        check("department:45010000-1/0304", Some(department("0304")));
        check("department:45010000-1/03/04", Some(department("03/04")));
        for wrong in [
            "",
            "All",
            "division",
            "division:",
            "hospital: 1",
            "ward:1",
            "department:45010000-1",
            "department:/0304",
            "department:45010000-1/",
        ] {
            check(wrong, None);
        }
    }

    #[test]
    fn names_its_institution() {
        let institution = |text: &str| {
            let unit: Unit = text.parse().expect("a unit");
            unit.institution().map(str::to_owned)
        };
        assert_eq!(institution("hospital:1"), Some("1".to_owned()));
        assert_eq!(institution("department:1/2"), Some("1".to_owned()));
        assert_eq!(institution("division:1"), None);
        assert_eq!(institution("all"), None);
    }
}
