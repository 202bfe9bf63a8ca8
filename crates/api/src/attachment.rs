//! Answers that are files.

use axum::body::Body;
use axum::http::header;
use axum::response::Response;

use crate::problem::Problem;

/// The type of a workbook.
pub(crate) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The type of a table as text.
pub(crate) const CSV: &str = "text/csv; charset=utf-8";

/// Bytes to be saved under a name.
pub(crate) fn attachment(name: &str, kind: &str, bytes: Vec<u8>) -> Result<Response, Problem> {
    let mut encoded = String::new();
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => {
                encoded.push(char::from(byte));
            }
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    Response::builder()
        .header(header::CONTENT_TYPE, kind)
        .header(
            header::CONTENT_DISPOSITION,
            format!("attachment; filename*=UTF-8''{encoded}"),
        )
        .header(header::CACHE_CONTROL, "no-store")
        .body(Body::from(bytes))
        .map_err(|error| Problem::internal(&error))
}
