//! One writer at a time: an operating system lock on a file in the workspace.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::error::{Activity, Result, WarehouseError};

/// What a second writer does while the first is at work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WhenLocked {
    /// Give up at once, naming the one at work.
    #[default]
    Refuse,
    /// Wait until the other one has ended.
    Wait,
}

/// The right to write to a lake; given back when dropped, and by the operating system when the
/// process dies in whatever way.
#[derive(Debug)]
pub struct WriterLock {
    file: File,
}

impl WriterLock {
    /// Takes the lock at `path`, creating the file when it is missing.
    pub fn acquire(path: &Path, when_locked: WhenLocked) -> Result<Self> {
        let storage = |error: std::io::Error| WarehouseError::storage(Activity::OpenLake, error);
        // Not truncated: it may hold the name of the one at work.
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(storage)?;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if when_locked == WhenLocked::Wait => {
                    std::thread::sleep(Duration::from_millis(100));
                }
                Err(TryLockError::WouldBlock) => return Err(refused(file, path.to_owned())),
                Err(TryLockError::Error(error)) => return Err(storage(error)),
            }
        }
        let holder = format!(
            "pid {}, {}",
            std::process::id(),
            jiff::Zoned::now().strftime("%Y-%m-%d %H:%M:%S")
        );
        // The text only serves the message; a full disk must not keep anybody from the lock.
        let _ = file
            .set_len(0)
            .and_then(|()| file.seek(SeekFrom::Start(0)))
            .and_then(|_| file.write_all(holder.as_bytes()));
        Ok(Self { file })
    }
}

impl Drop for WriterLock {
    fn drop(&mut self) {
        let _ = self.file.set_len(0);
        let _ = self.file.unlock();
    }
}

fn refused(mut file: File, path: PathBuf) -> WarehouseError {
    let mut holder = String::new();
    let _ = file.read_to_string(&mut holder);
    if holder.is_empty() {
        holder = "pid ?".to_owned();
    }
    WarehouseError::Locked { holder, path }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn second_writer_is_refused_until_the_first_is_gone() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("write.lock");
        let first = WriterLock::acquire(&path, WhenLocked::Refuse).expect("free");
        let refused = WriterLock::acquire(&path, WhenLocked::Refuse);
        let Err(WarehouseError::Locked { holder, .. }) = refused else {
            panic!("{refused:?}");
        };
        assert!(holder.contains(&std::process::id().to_string()), "{holder}");
        let waiter = std::thread::spawn({
            let path = path.clone();
            move || WriterLock::acquire(&path, WhenLocked::Wait).map(drop)
        });
        drop(first);
        waiter
            .join()
            .expect("no panic")
            .expect("got the lock after waiting");
    }
}
