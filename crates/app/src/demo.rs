//! The demonstration workspace: where it is and what is in it.

mod accounts;
mod assessment;

use std::path::{Path, PathBuf};

pub use accounts::{PASSWORD, PERSONS, Person, add_accounts};
pub use assessment::{ASSESSMENT, assess};

use crate::server_config::ServerConfig;
use crate::workspace::PaymentRate;
use crate::{Backlog, Config, SynthOptions, Workspace, WorkspaceError};

/// Scheme of the demonstration: the national 1.1.
pub const SCHEME: &str = "chs_drg_11";

/// Weights of the demonstration, made up.
pub const WEIGHTS: &str = "demo-weights/synthetic";

/// Yuan for a weight of 1 in the demonstration, made up like the weights.
const PAYMENT_RATE: &str = "6000.00";

/// Code of the synthetic county.
pub const COUNTY: &str = "990121";

/// Organisation code of its people's hospital.
pub const HOSPITAL: &str = "12990121SYN0010100";

/// Department of the hospital whose head is among the persons of the demonstration: general surgery.
pub const DEPARTMENT: &str = "0401";

/// The plan that the county is measured by: the national one, whose years are those of the data.
pub const PLAN: &str = "national-2021";

/// Mistakes in the newest month of the hospital at least: a coder's morning, however small the county is made.
const BACKLOG: u32 = 46;

/// What is generated: the usual county, whose hospital has much to mend in the newest month.
pub fn synth_options(seed: u64, discharges: u64) -> SynthOptions {
    let usual = SynthOptions::default();
    let backlog = Backlog {
        organisation_code: HOSPITAL.to_owned(),
        month: usual.to,
        defects: BACKLOG,
    };
    SynthOptions {
        seed,
        discharges,
        backlog: Some(backlog),
        ..usual
    }
}

/// Folder of the documents within the workspace.
pub fn documents(workspace: &Workspace) -> PathBuf {
    workspace.root().join("通报")
}

/// Folder of the generated files within the workspace.
pub fn files(workspace: &Workspace) -> PathBuf {
    workspace.root().join("合成数据")
}

/// Folder of the filled data sets within the workspace.
pub fn forms(workspace: &Workspace) -> PathBuf {
    workspace.root().join("合成填报")
}

/// Opens the demonstration workspace, or makes it.
pub fn workspace(folder: &Path) -> Result<Workspace, WorkspaceError> {
    match Workspace::open(folder) {
        Err(WorkspaceError::NotAWorkspace { .. }) => {
            let config = Config {
                scheme: SCHEME.to_owned(),
                weights: Some(WEIGHTS.to_owned()),
                payment_rate: PaymentRate::try_from(PAYMENT_RATE.to_owned()).ok(),
                server: ServerConfig {
                    demo: Some(true),
                    ..ServerConfig::default()
                },
                ..Config::default()
            };
            Workspace::init(folder, config)
        }
        opened => opened,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Mutex;

    use biaochi_checks::Stage;
    use biaochi_domain::Language;
    use biaochi_ingest::OutputEncoding;

    use super::*;
    use crate::Content;
    use crate::check::{CheckOptions, CheckedRecord, NATIONAL, check_file};
    use crate::synthesise::{Files, synthesise};

    #[test]
    fn a_coder_has_dozens_of_faults_to_mend_in_the_newest_month() {
        let content = Content::load(&[]).expect("built in");
        let checks = content.checks(NATIONAL).expect("built in");
        let scheme = content.scheme(SCHEME).expect("built in");
        let options = CheckOptions {
            checks: &checks,
            scheme: &scheme,
            weights: None,
            translate: false,
            language: Language::Zh,
        };
        let folder = tempfile::tempdir().expect("temporary folder");
        let synth = synth_options(1, 120);
        let last = synth.to;
        // As many records as the last of sixty months of a small county has.
        let synth = SynthOptions {
            from: last,
            ..synth
        };
        let encoding = OutputEncoding::Utf8;
        synthesise(synth, folder.path(), Files::MonthByMonth, encoding, &|_| ()).expect("files");
        let records = Mutex::new(Vec::<CheckedRecord>::new());
        let mut take = |record: &CheckedRecord| {
            records.lock().expect("no panic").push(record.clone());
            Ok(())
        };
        let file = folder.path().join(format!("云泽县人民医院_{last}.csv"));
        check_file(&file, &options, &mut take, &|_| ()).expect("checks");
        let records = records.into_inner().expect("no panic");
        let set = checks.set();
        let (mut items, mut kinds, mut severities) = (0, BTreeSet::new(), BTreeSet::new());
        for finding in records.iter().flat_map(|record| &record.findings) {
            let check = &set.checks[finding.check];
            if check.stage != Stage::Trial {
                items += 1;
                kinds.insert(check.id.clone());
                severities.insert(check.severity.id());
            }
        }
        assert!((38..=90).contains(&items), "{items} on {}", records.len());
        assert!(kinds.len() >= 15, "{kinds:?}");
        assert_eq!(severities.len(), 3, "{severities:?}");
    }
}
