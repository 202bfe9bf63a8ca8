use biaochi_domain::{Language, Localized};

use super::reasons::{clause, membership_text};
use crate::definition::{Check, Field};
use crate::reason::Reason;
use crate::report::{CategoryReport, CheckReport, EntryReport, PassReport, Report};

impl Localized for Report<'_> {
    fn text(&self, language: Language) -> String {
        let mut lines = Lines {
            language,
            text: String::new(),
        };
        lines.result(self);
        lines.translations(self);
        lines.checks(&self.checks);
        for pass in &self.passes {
            lines.pass(pass);
        }
        lines.complications(self);
        lines.remarks(self);
        lines.text
    }
}

/// Lines of an explanation in the making.
struct Lines {
    language: Language,
    text: String,
}

impl Lines {
    fn add(&mut self, depth: usize, line: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.extend(std::iter::repeat_n("  ", depth));
        self.text.push_str(line);
    }

    fn say<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        if self.language == Language::Zh {
            zh
        } else {
            en
        }
    }

    /// A code with its name.
    fn named(&self, code: &str, name: Option<&str>) -> String {
        match name {
            Some(name) => format!("{code} {name}"),
            None => code.to_owned(),
        }
    }

    fn decision(&self, label: &str, reasons: &[Reason], verdict: &str) -> String {
        let colon = self.say("：", ": ");
        format!(
            "{label}{colon}{} → {verdict}",
            clause(reasons, self.language)
        )
    }

    fn result(&mut self, report: &Report<'_>) {
        let grouping = report.result.grouping;
        let scheme = match report.scheme.title {
            "" => report.scheme.id,
            title => title,
        };
        self.add(
            0,
            &format!("{}{scheme}", self.say("分组方案：", "Scheme: ")),
        );
        let heading = self.say("结果：", "Result: ");
        let told = grouping.status.text(self.language);
        if grouping.status.is_failure() {
            self.add(0, &format!("{heading}{told}"));
            return;
        }
        // The status in short beside the codes, what to do about it on a line of its own.
        let (status, advice) = told.split_once(['：', ':']).unwrap_or((&told, ""));
        let (mdc, adrg) = (grouping.mdc, grouping.adrg);
        let drg = self.named(grouping.drg, report.result.drg_name);
        let comma = self.say("，", ", ");
        self.add(
            0,
            &format!("{heading}{status}{comma}{mdc} / {adrg} / {drg}"),
        );
        if !advice.is_empty() {
            self.add(1, advice.trim_start());
        }
    }

    fn translations(&mut self, report: &Report<'_>) {
        let changed = report
            .translations
            .iter()
            .filter(|code| code.to.as_ref() != Some(&code.from));
        let changed: Vec<String> = changed
            .map(|code| match &code.to {
                Some(to) => format!("{} → {to}", code.from),
                None => format!(
                    "{} → {}",
                    code.from,
                    self.say("无对应编码", "no translation")
                ),
            })
            .collect();
        if report.translations.is_empty() {
            return;
        }
        self.add(
            0,
            self.say("编码转换（国临版 → 医保版）：", "Translation of codes:"),
        );
        if changed.is_empty() {
            self.add(
                1,
                self.say("全部编码保持不变", "all codes stay as they are"),
            );
        }
        for line in changed {
            self.add(1, &line);
        }
    }

    fn checks(&mut self, checks: &[CheckReport]) {
        let Some(last) = checks.last() else { return };
        self.add(0, self.say("信息校验：", "Checks:"));
        let names: Vec<&str> = checks
            .iter()
            .map(|found| self.check_name(found.check))
            .collect();
        let passed = &names[..names.len() - usize::from(!last.passed)];
        if !passed.is_empty() {
            let list = passed.join(self.say("、", ", "));
            self.add(1, &format!("{list} → {}", self.say("通过", "passed")));
        }
        if let (false, Some(name)) = (last.passed, names.last()) {
            self.add(1, &format!("{name} → {}", self.say("不通过", "failed")));
        }
    }

    fn check_name(&self, check: Check) -> &'static str {
        let (zh, en) = match check {
            Check::Sex => ("性别", "sex"),
            Check::Age => ("年龄", "age"),
            Check::AgeDays => ("年龄天数", "age in days"),
            Check::WeightUpToDays(_) => ("新生儿体重", "weight of a newborn"),
            Check::Diagnosis => ("主要诊断", "principal diagnosis"),
        };
        if self.language == Language::Zh {
            zh
        } else {
            en
        }
    }

    fn pass(&mut self, pass: &PassReport<'_>) {
        let heading = match (&pass.single_procedure, self.language) {
            (None, Language::Zh) => "逐个大类判断：".to_owned(),
            (None, Language::En) => "Categories in order:".to_owned(),
            (Some(code), Language::Zh) => format!("仍未入组，只按手术 {code} 再判断一次："),
            (Some(code), Language::En) => format!("Still no group; again with {code} alone:"),
        };
        self.add(0, &heading);
        let groups = pass.categories.chunk_by(|left, right| {
            let miss = |found: &CategoryReport<'_>| plain_miss(found.entered, &found.reasons);
            miss(left).is_some() && miss(left) == miss(right)
        });
        for group in groups {
            match group {
                [category] => self.category(category),
                several => {
                    let codes: Vec<&str> = several.iter().map(|found| found.code).collect();
                    self.misses(1, &codes, &several[0].reasons, true);
                }
            }
        }
    }

    fn category(&mut self, category: &CategoryReport<'_>) {
        let label = self.named(category.code, category.name);
        let verdict = match category.entered {
            true => self.say("进入", "entered"),
            false => self.say("不入", "not entered"),
        };
        let line = self.decision(&label, &category.reasons, verdict);
        self.add(1, &line);
        let groups = category.entries.chunk_by(|left, right| {
            let miss = |found: &EntryReport<'_>| plain_miss(found.holds, &found.reasons);
            miss(left).is_some() && miss(left) == miss(right)
        });
        for group in groups {
            match group {
                [entry] => self.entry(entry),
                several => {
                    let codes: Vec<&str> = several.iter().map(|found| found.entry).collect();
                    self.misses(2, &codes, &several[0].reasons, false);
                }
            }
        }
        let found = category
            .entries
            .last()
            .is_some_and(|entry| entry.result.is_some());
        if category.final_without_group {
            let line = self.say(
                "该大类没有病组成立，且不再判断其他大类 → 无法入组",
                "no group of this category holds and no other may be tried: ungrouped",
            );
            self.add(2, line);
        } else if category.entered && !found {
            let line = self.say(
                "该大类没有病组成立 → 继续下一大类",
                "no group holds: next category",
            );
            self.add(2, line);
        }
    }

    /// Neighbours that failed for the same plain reason, in one line.
    fn misses(&mut self, depth: usize, codes: &[&str], reasons: &[Reason], category: bool) {
        let [
            Reason::Membership {
                field,
                holds,
                codes: met,
                ..
            },
        ] = reasons
        else {
            return;
        };
        let (diagnosis, language) = (field.is_diagnosis(), self.language);
        let table = match (language, diagnosis, category) {
            (Language::Zh, true, true) => "其主诊表",
            (Language::Zh, true, false) => "其诊断表",
            (Language::Zh, false, _) => "其手术表",
            (Language::En, ..) => "its list",
        };
        let text = membership_text(*field, *holds, met, table, language);
        let (first, last, count) = (codes[0], codes[codes.len() - 1], codes.len());
        let label = match (language, count <= 4) {
            (Language::Zh, true) => codes.join("、"),
            (Language::En, true) => codes.join(", "),
            (Language::Zh, false) => format!("{first} 至 {last}（{count} 个）"),
            (Language::En, false) => format!("{first} to {last} ({count})"),
        };
        let line = match (language, category) {
            (Language::Zh, _) => format!("{label}：{text} → 不入"),
            (Language::En, true) => format!("{label}: {text} → not entered"),
            (Language::En, false) => format!("{label}: {text} → not taken"),
        };
        self.add(depth, &line);
    }

    fn entry(&mut self, entry: &EntryReport<'_>) {
        let label = self.named(entry.entry, entry.name);
        let verdict = match entry.holds {
            true => self.say("符合", "holds"),
            false => self.say("不入", "not taken"),
        };
        let line = self.decision(&label, &entry.reasons, verdict);
        self.add(2, &line);
        for drg in &entry.drgs {
            let label = self.named(drg.drg, drg.name);
            let verdict = match drg.holds {
                true => self.say("入组", "the group"),
                false => self.say("不入", "not taken"),
            };
            let line = self.decision(&label, &drg.reasons, verdict);
            self.add(3, &line);
        }
        let by_rule = entry.drgs.last().is_some_and(|drg| drg.holds);
        match entry.result {
            Some(result) if !by_rule => {
                let line = match self.language {
                    Language::Zh => format!("没有细分组条件成立，取 {result}"),
                    Language::En => format!("no finer group holds: {result}"),
                };
                self.add(3, &line);
            }
            None if entry.holds => {
                let line = self.say("没有细分组成立 → 继续", "no finer group holds: next entry");
                self.add(3, line);
            }
            _ => {}
        }
    }

    fn complications(&mut self, report: &Report<'_>) {
        if report.complications.is_empty() {
            return;
        }
        self.add(0, self.say("并发症与合并症：", "Complications:"));
        for found in &report.complications {
            self.add(1, &found.text(self.language));
        }
    }

    fn remarks(&mut self, report: &Report<'_>) {
        if report.remarks.is_empty() {
            return;
        }
        self.add(0, self.say("提示：", "Remarks:"));
        for remark in &report.remarks {
            self.add(1, &remark.text(self.language));
        }
    }
}

/// What a failed step can be summed up by: the field and outcome of its only, plain condition. All
/// conditions on procedures fail alike when there are none.
fn plain_miss(holds: bool, reasons: &[Reason]) -> Option<(Field, bool)> {
    match reasons {
        [
            Reason::Membership {
                field,
                set,
                class: None,
                holds: in_set,
                codes,
            },
        ] if !holds && (codes.is_empty() || !set.starts_with(['=', '@'])) => {
            let field = match field {
                Field::PrincipalProcedure if codes.is_empty() => Field::AnyProcedure,
                &field => field,
            };
            Some((field, *in_set))
        }
        _ => None,
    }
}
