//! The task ledger (台账): what organisations have to do for a plan, and what people did about it.

mod act;
mod history;
mod list;
mod state;
mod table;
mod take_up;
mod task;

pub use act::TaskRevision;
pub use history::{TaskAction, TaskActionKind};
pub use list::{TaskCount, TaskCursor, TaskFilter, TaskPage};
pub use state::{TaskState, TaskStep};
pub use take_up::{NewTask, TakenUp};
pub use task::{StoredEvidence, SupervisionOrder, Task, TaskKey, TaskMilestone};
