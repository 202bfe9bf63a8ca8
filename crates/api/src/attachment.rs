//! Answers that are files.

use axum::body::Body;
use axum::http::{HeaderValue, Response, header};
use biaochi_access::Resource;
use biaochi_store::{AuditAction, NewAuditEntry};

use crate::caller::Caller;
use crate::problem::Problem;

/// How a file is handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// Saved.
    Saved,
    /// Opened beside the page, as a preview is.
    Opened,
}

/// The type of PDF documents.
pub(crate) const PDF: &str = "application/pdf";
/// The type of workbooks.
pub(crate) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// What may be anything.
pub(crate) const BYTES: &str = "application/octet-stream";

/// A file with its name.
///
/// # Errors
/// The name cannot be written, which percent-encoding rules out.
pub(crate) fn attachment(
    name: &str,
    kind: &'static str,
    shown: Shown,
    bytes: Vec<u8>,
) -> Result<Response<Body>, Problem> {
    let way = match shown {
        Shown::Saved => "attachment",
        Shown::Opened => "inline",
    };
    let disposition = format!("{way}; filename*=UTF-8''{}", encoded(name));
    let disposition =
        HeaderValue::from_str(&disposition).map_err(|error| Problem::internal(&error))?;
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    // What somebody brought is never run by a browser.
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
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
fn encoded(name: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._".contains(byte);
    name.bytes()
        .map(|byte| match plain(&byte) {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_within_its_header() {
        assert_eq!(encoded("通报 1.pdf"), "%E9%80%9A%E6%8A%A5%201.pdf");
        assert_eq!(encoded("a\r\nb\".pdf"), "a%0D%0Ab%22.pdf");
        let made = attachment("a.pdf", PDF, Shown::Opened, Vec::new()).expect("an answer");
        let disposition = made.headers().get(header::CONTENT_DISPOSITION);
        let disposition = disposition.and_then(|value| value.to_str().ok());
        assert_eq!(disposition, Some("inline; filename*=UTF-8''a.pdf"));
    }
}
