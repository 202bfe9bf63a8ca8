//! The committed OpenAPI document, from which the types of the web application are made.

use std::path::Path;

/// Where the document is committed.
const FILE: &str = "../../docs/openapi.json";

#[test]
fn the_committed_document_is_that_of_the_routes() {
    let mut made = serde_json::to_string_pretty(&biaochi_api::document()).expect("a document");
    made.push('\n');
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    if std::env::var_os("BIAOCHI_UPDATE").is_some() {
        std::fs::write(&path, &made).expect("the document is written");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == made,
        "docs/openapi.json is out of date: run this test with BIAOCHI_UPDATE=1, then `npm run types` in web/"
    );
}
