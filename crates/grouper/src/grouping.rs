use serde::Serialize;

use crate::status::Status;

/// The result of grouping one stay; the texts are borrowed from the scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Grouping<'s> {
    /// How it ended.
    pub status: Status,
    /// Category: `MDC` and the first letter of the group, `0000` without one, blank after a failure
    /// in the schemes that want it so.
    pub mdc: &'s str,
    /// Adjacent group: `GB2`, `QY` for an unrelated procedure, `00` without one.
    pub adrg: &'s str,
    /// Group: `GB21`, `GQY`, `0000`.
    pub drg: &'s str,
}

impl Grouping<'_> {
    /// A group was found that is paid as such (not a QY group).
    pub fn is_grouped(&self) -> bool {
        self.status == Status::Grouped
    }
}
