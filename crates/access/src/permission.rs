use std::fmt;
use std::str::FromStr;

biaochi_domain::coded! {
    /// What is done.
    pub enum Action {
        /// Looking at it.
        Read = "read", "查看", "look at";
        /// Taking it out as a file.
        Export = "export", "导出", "export";
        /// Typing or importing values.
        Enter = "enter", "录入", "enter";
        /// Handing it in.
        Submit = "submit", "提交", "submit";
        /// Approving it, or sending it back.
        Approve = "approve", "审核", "approve";
        /// Giving it to somebody.
        Assign = "assign", "分派", "assign";
        /// Computing it anew.
        Compute = "compute", "计算", "compute";
        /// Making it final.
        Publish = "publish", "发布", "publish";
        /// Changing what it is.
        Configure = "configure", "维护", "configure";
    }
}

biaochi_domain::coded! {
    /// What it is done with.
    pub enum Resource {
        /// Front pages: imports, records, corrections.
        FrontPage = "front_page", "病案首页", "front pages";
        /// The worklist of faults.
        Worklist = "worklist", "质控清单", "the worklist";
        /// Groups, weights, costs.
        Grouping = "grouping", "病组分析", "groups";
        /// Indicators.
        Indicator = "indicator", "指标", "indicators";
        /// What organisations fill in.
        DataSet = "dataset", "数据填报", "data sets";
        /// Plans and the status of their targets.
        Plan = "plan", "方案", "plans";
        /// The ledger of tasks.
        Task = "task", "任务台账", "tasks";
        /// Assessments.
        Assessment = "assessment", "绩效考核", "assessments";
        /// Bulletins and other documents.
        Report = "report", "通报", "reports";
        /// Organisations, departments and staff.
        Organisation = "organisation", "组织机构", "organisations";
        /// Content packs and codes.
        Content = "content", "内容包", "content packs";
        /// Accounts and the roles of persons.
        Account = "account", "账号与权限", "accounts";
        /// The audit trail.
        Audit = "audit", "审计日志", "the audit trail";
        /// Settings, jobs, backups.
        System = "system", "系统运行", "the system";
    }
}

biaochi_domain::coded! {
    /// How close to persons it comes; the later includes the earlier.
    pub enum Sensitivity {
        /// Sums and rates.
        Aggregate = "aggregate", "汇总", "aggregates";
        /// A record without direct identifiers.
        DeIdentified = "de-identified", "脱敏病案", "de-identified records";
        /// A record with name and numbers.
        Identified = "identified", "明文病案", "identified records";
    }
}

/// An action on a kind of resource, written `read:indicator`; `*` stands for all of either.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Permission {
    /// The action; `None` for all.
    pub action: Option<Action>,
    /// The resource; `None` for all.
    pub resource: Option<Resource>,
}

/// A text that is not a permission such as `read:indicator`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no permission such as read:indicator, read:* or *:*")]
pub struct ParsePermissionError {
    /// The text.
    pub text: String,
}

impl Permission {
    /// Whether it covers this.
    pub fn covers(self, action: Action, resource: Resource) -> bool {
        self.action.is_none_or(|own| own == action)
            && self.resource.is_none_or(|own| own == resource)
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let action = self.action.map_or("*", Action::code);
        let resource = self.resource.map_or("*", Resource::code);
        write!(f, "{action}:{resource}")
    }
}

impl FromStr for Permission {
    type Err = ParsePermissionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || ParsePermissionError {
            text: text.to_owned(),
        };
        let (action, resource) = text.trim().split_once(':').ok_or_else(wrong)?;
        let action = match action {
            "*" => None,
            code => Some(Action::from_code(code).ok_or_else(wrong)?),
        };
        let resource = match resource {
            "*" => None,
            code => Some(Resource::from_code(code).ok_or_else(wrong)?),
        };
        Ok(Self { action, resource })
    }
}

impl biaochi_domain::Localized for Permission {
    fn text(&self, language: biaochi_domain::Language) -> String {
        let all = match language {
            biaochi_domain::Language::Zh => "全部",
            biaochi_domain::Language::En => "all",
        };
        let action = self.action.map(|action| action.text(language));
        let resource = self.resource.map(|resource| resource.text(language));
        format!(
            "{}·{}",
            resource.as_deref().unwrap_or(all),
            action.as_deref().unwrap_or(all)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_are_written_and_read() {
        for text in ["read:indicator", "*:task", "export:*", "*:*"] {
            let permission: Permission = text.parse().expect("a permission");
            assert_eq!(permission.to_string(), text);
        }
        for wrong in [
            "",
            "read",
            "read:",
            "eat:indicator",
            "read:lunch",
            "read:indicator:x",
        ] {
            assert!(wrong.parse::<Permission>().is_err(), "{wrong}");
        }
        let read: Permission = "read:*".parse().expect("a permission");
        assert!(read.covers(Action::Read, Resource::Audit));
        assert!(!read.covers(Action::Export, Resource::Audit));
    }

    #[test]
    fn what_is_closer_to_persons_comes_later() {
        assert!(Sensitivity::Aggregate < Sensitivity::DeIdentified);
        assert!(Sensitivity::DeIdentified < Sensitivity::Identified);
    }
}
