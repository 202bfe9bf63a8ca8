//! The demonstration workspace: where it is and what is in it.

use std::path::{Path, PathBuf};

use crate::{Config, Workspace, WorkspaceError};

/// Scheme of the demonstration: the national 1.1.
pub const SCHEME: &str = "chs_drg_11";

/// Weights of the demonstration, made up.
pub const WEIGHTS: &str = "demo-weights/synthetic";

/// Folder of the generated files within the workspace.
pub fn files(workspace: &Workspace) -> PathBuf {
    workspace.root().join("合成数据")
}

/// Opens the demonstration workspace, or makes it.
pub fn workspace(folder: &Path) -> Result<Workspace, WorkspaceError> {
    match Workspace::open(folder) {
        Err(WorkspaceError::NotAWorkspace { .. }) => {
            let config = Config {
                scheme: SCHEME.to_owned(),
                weights: Some(WEIGHTS.to_owned()),
                ..Config::default()
            };
            Workspace::init(folder, config)
        }
        opened => opened,
    }
}
