//! What the targets of plans are bound to: the table that shows that none is forgotten.

use std::fmt::Write as _;

use biaochi_domain::{Language, Localized as _};

use crate::plan::Plan;
use crate::status::Status;
use crate::target::BindingKind;

/// How many targets of a plan are bound to what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Coverage {
    /// Computed indicators.
    pub indicators: usize,
    /// Fields of data sets.
    pub fields: usize,
    /// Milestones with evidence.
    pub milestones: usize,
    /// Targets, of whatever binding, that wait for a decision.
    pub open: usize,
}

impl Coverage {
    /// Counts the targets of a plan.
    pub fn of(plan: &Plan) -> Self {
        let mut coverage = Self::default();
        for target in &plan.targets {
            match target.binding.kind() {
                BindingKind::Indicator => coverage.indicators += 1,
                BindingKind::Dataset => coverage.fields += 1,
                BindingKind::Milestone => coverage.milestones += 1,
            }
            coverage.open += usize::from(target.question().is_some());
        }
        coverage
    }

    /// All targets.
    pub fn targets(self) -> usize {
        self.indicators + self.fields + self.milestones
    }

    fn add(&mut self, other: Self) {
        self.indicators += other.indicators;
        self.fields += other.fields;
        self.milestones += other.milestones;
        self.open += other.open;
    }
}

/// The table as Markdown, in Chinese: the sums of each plan, then every target.
pub fn coverage_table(plans: &[Plan]) -> String {
    let zh = Language::Zh;
    let mut text = String::from(
        "| 方案 | 目标 | 指标自动计算 | 数据集填报 | 节点加佐证 | 其中待明确 |\n|---|---:|---:|---:|---:|---:|\n",
    );
    let mut all = Coverage::default();
    let row = |text: &mut String, name: &str, one: Coverage| {
        let _ = writeln!(
            text,
            "| {name} | {} | {} | {} | {} | {} |",
            one.targets(),
            one.indicators,
            one.fields,
            one.milestones,
            one.open
        );
    };
    for plan in plans {
        let one = Coverage::of(plan);
        row(
            &mut text,
            &format!("{} {}", plan.id, plan.document.title),
            one,
        );
        all.add(one);
    }
    row(&mut text, "合计", all);
    for plan in plans {
        let _ = writeln!(text, "\n## {} {}\n", plan.id, plan.document.title);
        text += "| 目标 | 条款 | 题名 | 范围 | 要求 | 绑定 | |\n|---|---|---|---|---|---|---|\n";
        for target in &plan.targets {
            let clause = plan.clause(&target.clause);
            let number = clause.map_or("", |clause| clause.number.as_str());
            let kind = target.binding.kind().text(zh);
            let bound = target
                .binding
                .id()
                .map_or_else(|| kind.clone(), |id| format!("{kind} `{id}`"));
            let open = target
                .question()
                .map_or(String::new(), |_| Status::NeedsDecision.text(zh));
            let cells = [
                &target.id,
                number,
                &target.title,
                &target.scope.text,
                &target.wanted(zh),
                &bound,
                &open,
            ];
            let cells = cells.map(|cell| cell.replace('|', "\\|"));
            let _ = writeln!(text, "| {} |", cells.join(" | "));
        }
    }
    text
}
