//! Two figures that should agree, compared case by case.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::words::words;

/// A case of one side: its number, and its amount where the figure is a sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What names the case, such as its record number.
    pub key: String,
    /// The amount it adds; `None` where cases are counted.
    pub amount: Option<Decimal>,
}

words! {
    /// How a case stands on both sides.
    Agreement {
        /// The same on both sides.
        Both, "both", "两边一致", "on both sides";
        /// On both sides with another amount.
        Different, "different", "两边都有，金额不同", "on both sides, different";
        /// On the first side only.
        OnlyFirst, "only_first", "只在系统中", "only in the system";
        /// On the second side only.
        OnlySecond, "only_second", "只在名单中", "only in the list";
        /// More than once on one side.
        Repeated, "repeated", "重复", "repeated";
    }
}

/// A case compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// What names the case.
    pub key: String,
    /// How it stands.
    pub agreement: Agreement,
    /// Its amount on the first side.
    pub first: Option<Decimal>,
    /// Its amount on the second side.
    pub second: Option<Decimal>,
}

/// Compares two sides, in the order of their keys. Blanks around a key do not count. A case that
/// stands several times on a side is told, and its amounts are added.
pub fn reconcile(first: &[Entry], second: &[Entry]) -> Vec<Compared> {
    #[derive(Default, Clone, Copy)]
    struct Side {
        times: u32,
        amount: Option<Decimal>,
    }
    let mut cases = BTreeMap::<&str, [Side; 2]>::new();
    for (side, entries) in [first, second].into_iter().enumerate() {
        for entry in entries {
            let found = &mut cases.entry(entry.key.trim()).or_default()[side];
            found.times += 1;
            if let Some(amount) = entry.amount {
                found.amount = Some(found.amount.unwrap_or_default() + amount);
            }
        }
    }
    let compared = cases.into_iter().map(|(key, [first, second])| {
        let agreement = match (first.times, second.times) {
            (0, _) => Agreement::OnlySecond,
            (_, 0) => Agreement::OnlyFirst,
            (2.., _) | (_, 2..) => Agreement::Repeated,
            _ => match (first.amount, second.amount) {
                (Some(first), Some(second)) if first != second => Agreement::Different,
                _ => Agreement::Both,
            },
        };
        Compared {
            key: key.to_owned(),
            agreement,
            first: first.amount,
            second: second.amount,
        }
    });
    compared.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_comes_out_once() {
        let entry = |key: &str, amount: Option<i64>| Entry {
            key: key.to_owned(),
            amount: amount.map(Decimal::from),
        };
        let first = [
            entry("1", Some(5)),
            entry("2", Some(7)),
            entry("3", None),
            entry("6", None),
        ];
        let second = [
            entry(" 1 ", Some(5)),
            entry("2", Some(8)),
            entry("4", None),
            entry("6", None),
            entry("6", None),
        ];
        let found = reconcile(&first, &second);
        let words: Vec<_> = found
            .iter()
            .map(|one| (one.key.as_str(), one.agreement))
            .collect();
        assert_eq!(
            words,
            [
                ("1", Agreement::Both),
                ("2", Agreement::Different),
                ("3", Agreement::OnlyFirst),
                ("4", Agreement::OnlySecond),
                ("6", Agreement::Repeated),
            ]
        );
    }
}
