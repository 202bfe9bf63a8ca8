//! Answers that are files.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use biaochi_access::Resource;
use biaochi_store::{AuditAction, NewAuditEntry};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};

use crate::caller::Caller;
use crate::problem::Problem;

/// The type of PDF documents.
pub(crate) const PDF: &str = "application/pdf";
/// The type of workbooks.
pub(crate) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// The type of a table as text.
pub(crate) const CSV: &str = "text/csv; charset=utf-8";
/// What may be anything.
pub(crate) const BYTES: &str = "application/octet-stream";

/// A file to be saved under a name.
///
/// # Errors
/// The name cannot be written, which percent-encoding rules out.
pub(crate) fn attachment(
    name: &str,
    kind: &'static str,
    bytes: impl Into<Body>,
) -> Result<Response, Problem> {
    file("attachment", name, kind, bytes.into())
}

/// A file to be opened beside the page, as a preview is.
///
/// # Errors
/// As [`attachment`].
pub(crate) fn preview(
    name: &str,
    kind: &'static str,
    bytes: impl Into<Body>,
) -> Result<Response, Problem> {
    file("inline", name, kind, bytes.into())
}

fn file(way: &str, name: &str, kind: &'static str, body: Body) -> Result<Response, Problem> {
    let disposition = format!("{way}; filename*=UTF-8''{}", encoded(name));
    let disposition =
        HeaderValue::from_str(&disposition).map_err(|error| Problem::internal(&error))?;
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Writes down that somebody took something out.
///
/// # Errors
/// The database fails.
pub(crate) async fn exported(
    caller: &Caller,
    resource: Resource,
    subject: &str,
    organisation: &str,
) -> Result<(), Problem> {
    let entry = NewAuditEntry::done(AuditAction::Exported, resource, subject).of(organisation);
    let store = caller.office().store();
    store.record_audit(caller.actor(), &[entry]).await?;
    Ok(())
}

/// A name as the header takes it.
fn encoded(name: &str) -> PercentEncode<'_> {
    const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');
    utf8_percent_encode(name, ENCODED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_within_its_header() {
        assert_eq!(
            encoded("通报 1.pdf").to_string(),
            "%E9%80%9A%E6%8A%A5%201.pdf"
        );
        assert_eq!(encoded("a\r\nb\".pdf").to_string(), "a%0D%0Ab%22.pdf");
        let made = preview("a.pdf", PDF, Vec::new()).expect("an answer");
        let disposition = made.headers().get(header::CONTENT_DISPOSITION);
        let disposition = disposition.and_then(|value| value.to_str().ok());
        assert_eq!(disposition, Some("inline; filename*=UTF-8''a.pdf"));
    }
}
