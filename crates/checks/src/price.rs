//! The mending of a fault in a form that can be tried on the codes of a record, to see whether it
//! would change the group.

use crate::CodeRanges;

/// How the codes of a record look after mending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mend {
    /// These diagnoses become one.
    Replace {
        /// One range for each diagnosis that has to be there.
        parts: Vec<CodeRanges>,
        /// The code that stands for them all.
        whole: String,
    },
    /// Diagnoses in the ranges are left out.
    Remove(CodeRanges),
    /// The first other diagnosis in the ranges becomes the principal one.
    Principal(CodeRanges),
    /// A procedure is added.
    AddProcedure(String),
    /// The procedure becomes the first one.
    PrincipalProcedure(CodeRanges),
}

/// A `price` that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAMend {
    /// The piece that cannot be understood.
    pub piece: String,
}

/// The codes do not hold what the mending would change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CannotMend;

impl Mend {
    /// Reads the parts of `replace = ["K56.700 + K66.002", "K56.500x003"]`.
    pub fn replace(parts: &str, whole: &str) -> Result<Self, NotAMend> {
        let ranges: Result<Vec<_>, _> = parts
            .split('+')
            .map(|part| CodeRanges::parse(part.trim()))
            .collect();
        let ranges = ranges.map_err(|wrong| NotAMend { piece: wrong.piece })?;
        if ranges.len() < 2 || ranges.iter().any(CodeRanges::is_empty) {
            return Err(NotAMend {
                piece: parts.to_owned(),
            });
        }
        Ok(Self::Replace {
            parts: ranges,
            whole: whole.trim().to_owned(),
        })
    }

    /// The codes after mending; the first diagnosis is the principal one.
    ///
    /// # Errors
    /// The codes do not hold what would be changed.
    pub fn apply<'c>(
        &'c self,
        diagnoses: &[&'c str],
        procedures: &[&'c str],
    ) -> Result<(Vec<&'c str>, Vec<&'c str>), CannotMend> {
        let mut diagnoses = diagnoses.to_vec();
        let mut procedures = procedures.to_vec();
        match self {
            Self::Replace { parts, whole } => {
                let mut places = Vec::new();
                for part in parts {
                    let place = (0..diagnoses.len())
                        .find(|place| !places.contains(place) && part.contains(diagnoses[*place]));
                    places.push(place.ok_or(CannotMend)?);
                }
                places.sort_unstable();
                // The combined code takes the place of the first of them.
                diagnoses[places[0]] = whole;
                for place in places[1..].iter().rev() {
                    diagnoses.remove(*place);
                }
            }
            Self::Remove(ranges) => {
                let before = diagnoses.len();
                diagnoses.retain(|code| !ranges.contains(code));
                if diagnoses.len() == before || diagnoses.is_empty() {
                    return Err(CannotMend);
                }
            }
            Self::Principal(ranges) => to_front(&mut diagnoses, ranges)?,
            Self::PrincipalProcedure(ranges) => to_front(&mut procedures, ranges)?,
            Self::AddProcedure(code) => procedures.push(code),
        }
        Ok((diagnoses, procedures))
    }
}

fn to_front(codes: &mut Vec<&str>, ranges: &CodeRanges) -> Result<(), CannotMend> {
    let place = codes.iter().skip(1).position(|code| ranges.contains(code));
    let code = codes.remove(place.ok_or(CannotMend)? + 1);
    codes.insert(0, code);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mended_codes() {
        let codes = ["I10.x00", "K66.002", "K56.700"];
        let combined = Mend::replace("K56.7 + K66.0", "K56.500x003").expect("a mend");
        assert_eq!(
            combined.apply(&codes, &[]).expect("there").0,
            ["I10.x00", "K56.500x003"]
        );
        let only_one = Mend::replace("K56 + K56", "K56.5").expect("a mend");
        assert_eq!(only_one.apply(&codes, &[]), Err(CannotMend));
        let ranges = |text| CodeRanges::parse(text).expect("ranges");
        let principal = Mend::Principal(ranges("K56"));
        assert_eq!(
            principal.apply(&codes, &[]).expect("there").0,
            ["K56.700", "I10.x00", "K66.002"]
        );
        let remove = Mend::Remove(ranges("I10"));
        assert_eq!(
            remove.apply(&codes, &[]).expect("there").0,
            ["K66.002", "K56.700"]
        );
        assert_eq!(
            Mend::Remove(ranges("Z")).apply(&codes, &[]),
            Err(CannotMend)
        );
        let added = Mend::AddProcedure("39.9500".to_owned());
        assert_eq!(
            added.apply(&codes, &["99.04"]).expect("there").1,
            ["99.04", "39.9500"]
        );
    }
}
