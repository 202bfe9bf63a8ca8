use jiff::civil::Date;

/// Who is told when, by the days before and after the last day of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Escalation {
    /// A reminder goes out so many days before the last day, the earliest first.
    pub remind: Vec<u16>,
    /// What happens after it, the mildest first.
    pub overdue: Vec<EscalationLevel>,
}

/// A step of escalation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EscalationLevel {
    /// From so many days after the last day on.
    pub days: u16,
    /// Who is told, or what is done.
    pub to: String,
}

impl Default for Escalation {
    /// What holds where a plan declares nothing else.
    fn default() -> Self {
        let level = |days, to: &str| EscalationLevel {
            days,
            to: to.to_owned(),
        };
        Self {
            remind: vec![30, 7],
            overdue: vec![
                level(1, "责任科室负责人"),
                level(15, "分管负责人"),
                level(30, "主要负责人，列入督办"),
            ],
        }
    }
}

/// How pressing something is on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// There is no last day.
    NoDate,
    /// There is time.
    Calm {
        /// Days that are left.
        left: u32,
    },
    /// A reminder is due.
    Soon {
        /// Days that are left; 0 on the last day.
        left: u32,
    },
    /// The last day has passed.
    Overdue {
        /// Days since then.
        days: u32,
        /// The step of escalation that is reached, counted from one; 0 before the first.
        level: usize,
    },
}

impl Escalation {
    /// How pressing something is that is not done yet.
    pub fn urgency(&self, due: Option<Date>, today: Date) -> Urgency {
        let Some(due) = due else {
            return Urgency::NoDate;
        };
        // Dates that the calendar holds lie fewer than u32::MAX days apart.
        let days = i64::from((due - today).get_days());
        let count = u32::try_from(days.unsigned_abs()).unwrap_or(u32::MAX);
        if days >= 0 {
            let earliest = self.remind.iter().copied().max().unwrap_or(0);
            return if count <= u32::from(earliest) {
                Urgency::Soon { left: count }
            } else {
                Urgency::Calm { left: count }
            };
        }
        let reached = |level: &&EscalationLevel| u32::from(level.days) <= count;
        Urgency::Overdue {
            days: count,
            level: self.overdue.iter().filter(reached).count(),
        }
    }

    /// Who is told at a step, counted from one.
    pub fn told(&self, level: usize) -> Option<&str> {
        let level = self.overdue.get(level.checked_sub(1)?)?;
        Some(&level.to)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn reminders_come_before_and_escalation_after_the_last_day() {
        let rules = Escalation::default();
        let due = date(2024, 6, 30);
        let on = |today| rules.urgency(Some(due), today);
        assert_eq!(on(date(2024, 5, 1)), Urgency::Calm { left: 60 });
        assert_eq!(on(date(2024, 5, 31)), Urgency::Soon { left: 30 });
        assert_eq!(on(due), Urgency::Soon { left: 0 });
        assert_eq!(on(date(2024, 7, 1)), Urgency::Overdue { days: 1, level: 1 });
        assert_eq!(
            on(date(2024, 7, 15)),
            Urgency::Overdue { days: 15, level: 2 }
        );
        assert_eq!(
            on(date(2025, 6, 30)),
            Urgency::Overdue {
                days: 365,
                level: 3
            }
        );
        assert_eq!(rules.urgency(None, due), Urgency::NoDate);
        assert_eq!(rules.told(2), Some("分管负责人"));
        assert_eq!(rules.told(0), None);
    }
}
