//! The demonstration workspace: where it is and what is in it.

use std::path::{Path, PathBuf};

use crate::workspace::PaymentRate;
use crate::{Config, Workspace, WorkspaceError};

/// Scheme of the demonstration: the national 1.1.
pub const SCHEME: &str = "chs_drg_11";

/// Weights of the demonstration, made up.
pub const WEIGHTS: &str = "demo-weights/synthetic";

/// Yuan for a weight of 1 in the demonstration, made up like the weights.
const PAYMENT_RATE: &str = "6000.00";

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
                ..Config::default()
            };
            Workspace::init(folder, config)
        }
        opened => opened,
    }
}
