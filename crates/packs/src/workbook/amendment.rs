//! The seven codes that the exclusion tables of the published PDF have and the workbook lacks.

use biaochi_grouper::definition::{Code, SchemeDefinition};

use super::report::{Findings, WorkbookProblem};

const MISSING: [(&str, &str); 7] = [
    ("EX_103", "P22.100"),
    ("EX_103", "P24.100"),
    ("EX_104", "P39.800"),
    ("EX_105", "P55.100"),
    ("EX_105", "P59.900"),
    ("EX_107", "P78.800"),
    ("EX_128", "S02.400"),
];

/// Adds the codes when `wanted`; else only tells of them. Returns how many were added.
pub(super) fn apply(
    definition: &mut SchemeDefinition,
    wanted: bool,
    findings: &mut Findings,
) -> usize {
    let mut lacking = Vec::new();
    for (table, code) in MISSING {
        let code = Code::new(code);
        if let Some(codes) = definition.exclusions.get_mut(table)
            && let Err(at) = codes.binary_search(&code)
        {
            if wanted {
                codes.insert(at, code.clone());
            }
            lacking.push(format!("{table} {code}"));
        }
    }
    if lacking.is_empty() {
        return 0;
    }
    let count = lacking.len();
    let codes = lacking.join("、");
    findings.add(
        "排除表",
        0,
        "",
        WorkbookProblem::PdfCodes {
            codes,
            added: wanted,
        },
    );
    if wanted { count } else { 0 }
}
