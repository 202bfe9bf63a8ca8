//! A report as a file: its bulletin, or its figures as a workbook.

use std::io::Cursor;

use super::{Bulletin, QualityReport, ReportError, bulletin, workbook};
use crate::Content;
use crate::document::{Form, Made};

/// Makes the bulletin or the workbook of a report.
///
/// # Errors
/// The template is missing or has mistakes.
pub fn quality_file(
    content: &Content,
    report: &QualityReport,
    (form, issuer): (Form, Option<&str>),
) -> Result<Made, ReportError> {
    let subject = report.organisation.as_deref().unwrap_or("全部机构");
    let name = format!("{subject} {} 病案首页质量通报", report.period);
    match form {
        Form::Xlsx => {
            let mut book = Cursor::new(Vec::new());
            workbook(report, &mut book)?;
            Ok(Made::new(format!("{name}.xlsx"), book.into_inner()))
        }
        Form::Pdf => {
            let template = content.reports().about("quality")?;
            let made = bulletin(&Bulletin {
                template: &template,
                report,
                issuer,
                date: None,
            })?;
            Ok(Made::new(format!("{name}.pdf"), made.pdf))
        }
    }
}
