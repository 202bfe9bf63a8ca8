//! The national indicators as they are shipped.

use biaochi_domain::{Language, Localized as _};

use crate::Content;
use crate::indicators::{NATIONAL, run_cases};

#[test]
fn the_shipped_indicators_compile_and_pass_their_cases() {
    let content = Content::load(&[]).expect("built in");
    let pack = match content.indicators(NATIONAL) {
        Ok(pack) => pack,
        Err(error) => panic!("{}", error.text(Language::Zh)),
    };
    let report = run_cases(&pack);
    let problems: Vec<String> = report
        .problems
        .iter()
        .map(|problem| problem.text(Language::Zh))
        .collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(report.indicators > 40 && report.cases > 200, "{report:?}");
    // Measures are shared: far fewer than there are numerators and denominators.
    assert!(pack.measures.count() < 150, "{}", pack.measures.count());
}
