//! The demonstration workspace: where it is and what is in it.

mod accounts;
mod assessment;

use std::path::{Path, PathBuf};

pub use accounts::{PASSWORD, PERSONS, Person, add_accounts};
pub use assessment::{ASSESSMENT, assess};

use crate::server_config::ServerConfig;
use crate::workspace::PaymentRate;
use crate::{Config, Workspace, WorkspaceError};

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
