use biaochi_domain::{Language, Localized};
use sqlx::any::AnyRow;

use super::entry::{NOTHING, hash};
use super::read::SELECT_SEALED;
use super::seal::AuditSeal;
use super::{ACTIVITY, failed};
use crate::error::Result;
use crate::open::Store;
use crate::row::{Cells, as_int};
use crate::sql::Sql;

/// Rows that are read at once.
const CHUNK: i64 = 1000;

/// Faults that are told; after so many nobody reads on.
const FAULTS: usize = 100;

/// How far from its place a row is looked for.
const DISTANCE: u64 = 1000;

/// Where the chain does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditFault {
    /// The content of a row is not what it was when it was written.
    Changed {
        /// The row.
        number: u64,
    },
    /// A row was written under another number.
    Moved {
        /// Where it is.
        number: u64,
        /// Where it was.
        was: u64,
    },
    /// A row does not follow the one that stands before it: something was put in or taken away between them and the
    /// rows were numbered anew.
    NotFollowing {
        /// The row.
        number: u64,
    },
    /// Rows are missing.
    Missing {
        /// The first one.
        from: u64,
        /// The last one.
        to: u64,
    },
    /// Rows have numbers that the program never gives.
    Foreign {
        /// How many.
        count: u64,
    },
    /// The noted end of the chain is not its end.
    OtherEnd {
        /// The row where it should end.
        number: u64,
    },
    /// A row has no seal of this workspace's key, though it was written when rows were sealed: somebody without the key
    /// wrote it, or it was written with another key.
    Unsealed {
        /// The row.
        number: u64,
    },
    /// The row of an earlier verification is not what it was then.
    OtherThanNoted {
        /// The row.
        number: u64,
    },
}

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditVerification {
    /// How many rows were looked at.
    pub entries: u64,
    /// Number of the last row.
    pub number: u64,
    /// Its hash: whoever notes both elsewhere can prove later that nothing before was changed.
    pub hash: String,
    /// The first row with a seal; `None` when there is none, or the store was opened without the key.
    pub sealed_from: Option<u64>,
    /// What does not hold, in order; at most a hundred.
    pub faults: Vec<AuditFault>,
}

impl Store {
    /// Verifies the whole chain, and that it holds a row of an earlier verification, if one is given with its hash.
    ///
    /// It needs no scope: it tells numbers of rows and nothing of what they say.
    ///
    /// # Errors
    /// The database fails.
    pub async fn verify_audit(&self, noted: Option<(u64, &str)>) -> Result<AuditVerification> {
        // The end first: rows that others add meanwhile come behind it.
        let head = Sql::new("SELECT number, hash FROM audit_head WHERE id = 1");
        let row = head.query().fetch_optional(self.pool()).await;
        let (end, end_hash) = match row.map_err(failed)? {
            Some(row) => {
                let mut cells = Cells::new(&row, ACTIVITY);
                (cells.count()?, cells.text()?)
            }
            None => {
                let newest = Sql::new("SELECT COALESCE(MAX(number), 0) FROM audit_event");
                let row = newest.query().fetch_one(self.pool()).await;
                let end = Cells::new(&row.map_err(failed)?, ACTIVITY).count()?;
                (end, String::new())
            }
        };
        let mut found = AuditVerification {
            entries: 0,
            number: 0,
            hash: NOTHING.to_owned(),
            sealed_from: None,
            faults: Vec::new(),
        };
        let mut noted_was_seen = noted.is_none();
        loop {
            let mut sql = Sql::new(SELECT_SEALED);
            sql.push(" WHERE number = CAST(number AS BIGINT) AND number > ");
            sql.bind(as_int(found.number));
            sql.push(" AND number <= ").bind(as_int(end));
            sql.push(" ORDER BY number LIMIT ").bind(CHUNK);
            let rows = sql.query().fetch_all(self.pool()).await.map_err(failed)?;
            for row in &rows {
                let Ok(row) = Row::read(row) else {
                    // SQLite keeps values of any type, and this program writes none such.
                    found.look_at_unreadable(Cells::new(row, ACTIVITY).count()?);
                    continue;
                };
                found.look_at(&row);
                if let Some(seal) = self.seal() {
                    found.look_at_seal(&row, seal);
                }
                if let Some((number, hash)) = noted
                    && number == row.number
                {
                    noted_was_seen = true;
                    if hash != row.hash {
                        found.add(AuditFault::OtherThanNoted { number });
                    }
                }
            }
            if rows.is_empty() {
                break;
            }
        }
        if found.number < end {
            found.add(AuditFault::Missing {
                from: found.number + 1,
                to: end,
            });
        } else if found.hash != end_hash {
            found.add(AuditFault::OtherEnd { number: end });
        }
        let foreign = Sql::with(
            "SELECT COUNT(*) FROM audit_event WHERE number < 1 OR number <> CAST(number AS BIGINT)",
            [],
        );
        let row = foreign.query().fetch_one(self.pool()).await;
        let count = Cells::new(&row.map_err(failed)?, ACTIVITY).count()?;
        if count > 0 {
            found.add(AuditFault::Foreign { count });
        }
        // Rows behind the noted end were not added by this program; those of other writers end with it.
        let sql = Sql::with(
            "SELECT COUNT(*) FROM audit_event WHERE number > (SELECT number FROM audit_head WHERE id = 1)",
            [],
        );
        let row = sql.query().fetch_one(self.pool()).await.map_err(failed)?;
        if Cells::new(&row, ACTIVITY).count()? > 0 {
            found.add(AuditFault::OtherEnd { number: end });
        }
        if let (false, Some((number, _))) = (noted_was_seen, noted) {
            found.add(AuditFault::OtherThanNoted { number });
        }
        Ok(found)
    }
}

/// A row as it is stored: texts stay texts, since a changed one may be none that the program writes.
struct Row {
    number: u64,
    at: i64,
    texts: Vec<String>,
    previous: String,
    hash: String,
    seal: String,
}

impl Row {
    fn read(row: &AnyRow) -> Result<Self> {
        let mut cells = Cells::new(row, ACTIVITY);
        let (number, at) = (cells.count()?, cells.int()?);
        let mut texts = Vec::with_capacity(10);
        for _ in 0..10 {
            texts.push(cells.text()?);
        }
        Ok(Self {
            number,
            at,
            texts,
            previous: cells.text()?,
            hash: cells.text()?,
            seal: cells.text()?,
        })
    }

    /// The hash that it would have under a number.
    fn hash_as(&self, number: u64) -> String {
        let mut texts = [""; 10];
        for (place, text) in texts.iter_mut().zip(&self.texts) {
            *place = text;
        }
        hash(number, self.at, texts, &self.previous)
    }
}

impl AuditVerification {
    fn add(&mut self, fault: AuditFault) {
        if self.faults.len() < FAULTS && !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    /// Whether rows before this one are missing; they are told.
    fn gap(&mut self, number: u64) -> bool {
        let gap = number > self.number + 1;
        if gap {
            self.add(AuditFault::Missing {
                from: self.number + 1,
                to: number - 1,
            });
        }
        gap
    }

    fn look_at_unreadable(&mut self, number: u64) {
        self.gap(number);
        self.add(AuditFault::Changed { number });
        self.entries += 1;
        self.number = number;
        self.hash.clear();
    }

    /// From the first sealed row on, every one is: the key is there whenever the program runs.
    fn look_at_seal(&mut self, row: &Row, seal: &AuditSeal) {
        let number = row.number;
        if !row.seal.is_empty() && self.sealed_from.is_none() {
            self.sealed_from = Some(number);
        }
        if self.sealed_from.is_some() && !seal.fits(&row.hash, &row.seal) {
            self.add(AuditFault::Unsealed { number });
        }
    }

    fn look_at(&mut self, row: &Row) {
        let number = row.number;
        let gap = self.gap(number);
        if row.hash_as(number) != row.hash {
            let first = number.saturating_sub(DISTANCE).max(1);
            let mut places = (first..=number + DISTANCE).filter(|place| *place != number);
            let was = match self.faults.len() < FAULTS {
                true => places.find(|place| row.hash_as(*place) == row.hash),
                false => None,
            };
            self.add(match was {
                Some(was) => AuditFault::Moved { number, was },
                None => AuditFault::Changed { number },
            });
        } else if !gap && !self.hash.is_empty() && row.previous != self.hash {
            self.add(AuditFault::NotFollowing { number });
        }
        self.entries += 1;
        self.number = number;
        self.hash.clone_from(&row.hash);
    }
}

impl Localized for AuditFault {
    fn text(&self, language: Language) -> String {
        match (self, language) {
            (Self::Changed { number }, Language::Zh) => {
                format!("第 {number} 条被改动过：内容与写入时的哈希不符")
            }
            (Self::Changed { number }, Language::En) => {
                format!("row {number} was changed: its content does not fit its hash")
            }
            (Self::Moved { number, was }, Language::Zh) => {
                format!("第 {number} 条原来是第 {was} 条：次序被改动过")
            }
            (Self::Moved { number, was }, Language::En) => {
                format!("row {number} was row {was}: the order was changed")
            }
            (Self::NotFollowing { number }, Language::Zh) => {
                format!("第 {number} 条接不上前一条：其间有内容被增删，或前一条被重写")
            }
            (Self::NotFollowing { number }, Language::En) => {
                format!("row {number} does not follow the one before it")
            }
            (Self::Missing { from, to }, Language::Zh) if from == to => {
                format!("第 {from} 条缺失")
            }
            (Self::Missing { from, to }, Language::Zh) => format!("第 {from}–{to} 条缺失"),
            (Self::Missing { from, to }, Language::En) => {
                format!("rows {from} to {to} are missing")
            }
            (Self::Foreign { count }, Language::Zh) => {
                format!("有 {count} 条的序号不是本程序编的：是从别处写入的")
            }
            (Self::Foreign { count }, Language::En) => {
                format!("{count} rows have numbers that this program never gives")
            }
            (Self::OtherEnd { number }, Language::Zh) => {
                format!("日志的末尾与登记的末尾（第 {number} 条）不一致")
            }
            (Self::OtherEnd { number }, Language::En) => {
                format!("the trail does not end as noted, at row {number}")
            }
            (Self::Unsealed { number }, Language::Zh) => format!(
                "第 {number} 条没有本工作区密钥的封签：不是本程序写入的，或 workspace.key 换过"
            ),
            (Self::Unsealed { number }, Language::En) => {
                format!("row {number} has no seal of this workspace's key")
            }
            (Self::OtherThanNoted { number }, Language::Zh) => {
                format!(
                    "第 {number} 条与先前核验时留存的哈希不一致：此前的日志被删去末尾或整体重写过，或数据库恢复成了更早的备份"
                )
            }
            (Self::OtherThanNoted { number }, Language::En) => {
                format!("row {number} is not what was noted: the trail was written anew")
            }
        }
    }
}
