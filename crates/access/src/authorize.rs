use biaochi_domain::{Language, Localized};

use crate::permission::{Action, Permission, Resource, Sensitivity};
use crate::reach::Reach;
use crate::role::{Role, Roles};

/// A role that somebody holds, and the institutions for which that counts today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Id of the role.
    pub role: String,
    /// Where.
    pub reach: Reach,
}

/// Who asks: a person in a session, or a program with a token.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Actor {
    /// The account.
    pub name: String,
    /// The roles that count today.
    pub grants: Vec<Grant>,
    /// What a token is limited to; `None` in a session.
    pub limits: Option<Vec<Permission>>,
    /// The password has to be changed before anything else.
    pub must_change_password: bool,
    /// A role asks for a second factor, which has to be set up before anything else.
    pub must_set_up_second_factor: bool,
}

impl Actor {
    /// What has to be done before anything else is allowed.
    pub fn first_of_all(&self) -> Option<Refusal> {
        if self.must_change_password {
            Some(Refusal::ChangePasswordFirst)
        } else if self.must_set_up_second_factor {
            Some(Refusal::SetUpSecondFactorFirst)
        } else {
            None
        }
    }

    /// Everything that it reaches by any of its roles.
    pub fn reach(&self) -> Reach {
        let mut reach = Reach::default();
        for grant in &self.grants {
            reach.join(grant.reach.clone());
        }
        reach
    }

    /// What it reaches by roles that may do this with this kind of resource up to this sensitivity: the
    /// institutions that a query may read.
    pub fn reach_for(
        &self,
        roles: &Roles,
        action: Action,
        resource: Resource,
        sensitivity: Sensitivity,
    ) -> Reach {
        let mut reach = Reach::default();
        if self.first_of_all().is_some() || !self.within_limits(action, resource) {
            return reach;
        }
        for grant in &self.grants {
            let allowed = roles.role(&grant.role);
            let allowed = allowed.and_then(|role| role.allowed(action, resource));
            if allowed.is_some_and(|allowed| allowed >= sensitivity) {
                reach.join(grant.reach.clone());
            }
        }
        reach
    }

    fn within_limits(&self, action: Action, resource: Resource) -> bool {
        let covers = |limits: &Vec<Permission>| {
            let mut limits = limits.iter();
            limits.any(|limit| limit.covers(action, resource))
        };
        self.limits.as_ref().is_none_or(covers)
    }
}

/// What an action is meant for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object<'a> {
    /// What kind of thing it is.
    pub resource: Resource,
    /// The organisation that it belongs to; `None` for what belongs to none, which takes a role for everything
    /// to change, and any to read.
    pub organisation: Option<&'a str>,
    /// The department, where it belongs to one.
    pub department: Option<&'a str>,
    /// How close to persons it comes.
    pub sensitivity: Sensitivity,
}

impl<'a> Object<'a> {
    /// Sums of an organisation.
    pub fn of(resource: Resource, organisation: &'a str) -> Self {
        Self {
            resource,
            organisation: Some(organisation),
            department: None,
            sensitivity: Sensitivity::Aggregate,
        }
    }

    /// What belongs to no organisation.
    pub fn common(resource: Resource) -> Self {
        Self {
            resource,
            organisation: None,
            department: None,
            sensitivity: Sensitivity::Aggregate,
        }
    }

    /// The same, as close to persons as this.
    pub fn at(self, sensitivity: Sensitivity) -> Self {
        Self {
            sensitivity,
            ..self
        }
    }
}

/// Whether somebody may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Yes.
    Allowed {
        /// The role that allows it.
        role: String,
        /// The person has to say why, and it is logged: direct identifiers are shown.
        asks_for_reason: bool,
    },
    /// No.
    Denied(Refusal),
}

impl Decision {
    /// Whether it is a yes.
    pub fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed { .. })
    }
}

/// Why somebody may not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The password has to be changed first.
    ChangePasswordFirst,
    /// A role asks for a second factor, which has to be set up first.
    SetUpSecondFactorFirst,
    /// No role counts today.
    NoRole,
    /// The token was made for other things.
    OutsideToken {
        /// What was to be done.
        action: Action,
        /// With what.
        resource: Resource,
    },
    /// None of the roles may do this.
    RoleMayNot {
        /// What was to be done.
        action: Action,
        /// With what.
        resource: Resource,
        /// Titles of roles that may.
        who_may: Vec<String>,
    },
    /// The roles may, but not as close to persons as this.
    TooSensitive {
        /// What was asked.
        asked: Sensitivity,
        /// What is allowed.
        allowed: Sensitivity,
    },
    /// The roles may, but elsewhere.
    OutOfReach {
        /// The organisation; empty for what belongs to none.
        organisation: String,
    },
}

/// Decides whether somebody may do something, and why not.
pub fn authorize(roles: &Roles, actor: &Actor, action: Action, object: &Object<'_>) -> Decision {
    let resource = object.resource;
    if let Some(refusal) = actor.first_of_all() {
        return Decision::Denied(refusal);
    }
    if actor.grants.is_empty() {
        return Decision::Denied(Refusal::NoRole);
    }
    if !actor.within_limits(action, resource) {
        return Decision::Denied(Refusal::OutsideToken { action, resource });
    }
    let mut nearest = None::<Sensitivity>;
    let mut elsewhere = false;
    for grant in &actor.grants {
        let role = roles.role(&grant.role);
        let Some((role, allowed)) =
            role.and_then(|role: &Role| Some((role, role.allowed(action, resource)?)))
        else {
            continue;
        };
        if !reaches(&grant.reach, action, object) {
            elsewhere = true;
            continue;
        }
        if allowed < object.sensitivity {
            nearest = nearest.max(Some(allowed));
            continue;
        }
        return Decision::Allowed {
            role: role.id.clone(),
            asks_for_reason: object.sensitivity == Sensitivity::Identified,
        };
    }
    Decision::Denied(match (nearest, elsewhere) {
        (Some(allowed), _) => Refusal::TooSensitive {
            asked: object.sensitivity,
            allowed,
        },
        (None, true) => Refusal::OutOfReach {
            organisation: object.organisation.unwrap_or_default().to_owned(),
        },
        (None, false) => Refusal::RoleMayNot {
            action,
            resource,
            who_may: roles
                .that_may(action, resource)
                .map(|role| role.title.clone())
                .collect(),
        },
    })
}

/// Whether a role for these institutions counts for the object.
fn reaches(reach: &Reach, action: Action, object: &Object<'_>) -> bool {
    match object.organisation {
        Some(organisation) => reach.covers(organisation, object.department),
        // Definitions and codes are the same for all; whoever changes them changes them for all.
        None => reach.all || matches!(action, Action::Read | Action::Export) && !reach.is_empty(),
    }
}

impl Localized for Refusal {
    fn text(&self, language: Language) -> String {
        match language {
            Language::Zh => self.zh(),
            Language::En => self.en(),
        }
    }
}

impl Refusal {
    fn zh(&self) -> String {
        let zh = Language::Zh;
        match self {
            Self::ChangePasswordFirst => "请先修改密码，再做其他操作。".to_owned(),
            Self::SetUpSecondFactorFirst => {
                "您的角色登录须用动态口令。请先启用动态口令，再做其他操作。".to_owned()
            }
            Self::NoRole => "您的账号今天没有生效的角色。请联系管理员分配角色。".to_owned(),
            Self::OutsideToken { action, resource } => format!(
                "这个令牌不能{}{}。请用包含 {}:{} 的令牌。",
                action.text(zh),
                resource.text(zh),
                action.code(),
                resource.code()
            ),
            Self::RoleMayNot {
                action,
                resource,
                who_may,
            } if who_may.is_empty() => format!(
                "没有角色可以{}{}。如有需要，请联系管理员。",
                action.text(zh),
                resource.text(zh)
            ),
            Self::RoleMayNot {
                action,
                resource,
                who_may,
            } => format!(
                "您的角色不能{}{}。可以这样做的角色：{}。如有需要，请联系管理员。",
                action.text(zh),
                resource.text(zh),
                who_may.join("、")
            ),
            Self::TooSensitive { asked, allowed } => format!(
                "您的角色只能看到{}，看不到{}。如有需要，请联系管理员。",
                allowed.text(zh),
                asked.text(zh)
            ),
            Self::OutOfReach { organisation } if organisation.is_empty() => {
                "这一项由管理全部机构的人维护，您的管理范围不能改动它。请联系管理员。".to_owned()
            }
            Self::OutOfReach { organisation } => {
                format!("机构 {organisation} 不在您的管理范围内。如需查看，请联系管理员调整范围。")
            }
        }
    }

    fn en(&self) -> String {
        let en = Language::En;
        match self {
            Self::ChangePasswordFirst => "change your password first".to_owned(),
            Self::SetUpSecondFactorFirst => {
                "your role asks for a second factor; set one up first".to_owned()
            }
            Self::NoRole => {
                "your account has no role today; ask the administrator for one".to_owned()
            }
            Self::OutsideToken { action, resource } => format!(
                "this token may not {} {}; use one with {}:{}",
                action.text(en),
                resource.text(en),
                action.code(),
                resource.code()
            ),
            Self::RoleMayNot {
                action,
                resource,
                who_may,
            } => format!(
                "your roles may not {} {}; those that may: {}",
                action.text(en),
                resource.text(en),
                who_may.join(", ")
            ),
            Self::TooSensitive { asked, allowed } => format!(
                "your roles may see {}, not {}; ask the administrator",
                allowed.text(en),
                asked.text(en)
            ),
            Self::OutOfReach { organisation } if organisation.is_empty() => {
                "it is changed by those who may change all institutions; ask the administrator"
                    .to_owned()
            }
            Self::OutOfReach { organisation } => {
                format!("institution {organisation} is outside your scope; ask the administrator")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::role::{Allowance, Level};

    fn roles() -> Roles {
        let role = |id: &str, title: &str, allows| Role {
            id: id.to_owned(),
            title: title.to_owned(),
            duty: String::new(),
            levels: Level::ALL.to_vec(),
            allows,
        };
        let allow = |actions: &[Action], resources: &[Resource], sensitivity| Allowance {
            actions: actions.to_vec(),
            resources: resources.to_vec(),
            sensitivity,
        };
        Roles::new(vec![
            role(
                "coder",
                "编码员",
                vec![
                    allow(
                        &[Action::Read],
                        &[Resource::FrontPage],
                        Sensitivity::Identified,
                    ),
                    allow(
                        &[Action::Read],
                        &[Resource::Indicator],
                        Sensitivity::Aggregate,
                    ),
                ],
            ),
            role(
                "leader",
                "院长",
                vec![allow(
                    &[Action::Read, Action::Configure],
                    &[Resource::FrontPage, Resource::Content],
                    Sensitivity::Aggregate,
                )],
            ),
        ])
    }

    fn actor(grants: &[(&str, &[&str])]) -> Actor {
        let grants = grants.iter().map(|(role, codes)| Grant {
            role: (*role).to_owned(),
            reach: Reach {
                all: codes.contains(&"*"),
                organisations: codes.iter().map(|code| (*code).to_owned()).collect(),
                departments: BTreeSet::new(),
            },
        });
        Actor {
            name: "zhang".to_owned(),
            grants: grants.collect(),
            ..Actor::default()
        }
    }

    #[track_caller]
    fn check(actor: &Actor, action: Action, object: &Object<'_>, expected: Result<&str, &str>) {
        match (authorize(&roles(), actor, action, object), expected) {
            (Decision::Allowed { role, .. }, Ok(wanted)) => assert_eq!(role, wanted),
            (Decision::Denied(refusal), Err(wanted)) => {
                let text = refusal.text(Language::Zh);
                assert!(text.contains(wanted), "{text}");
            }
            (found, wanted) => panic!("{found:?}, not {wanted:?}"),
        }
    }

    #[test]
    fn role_place_and_closeness_have_to_fit_together() {
        let page = Object::of(Resource::FrontPage, "A");
        let open = page.clone().at(Sensitivity::Identified);
        let coder = actor(&[("coder", &["A"])]);
        check(&coder, Action::Read, &page, Ok("coder"));
        check(&coder, Action::Read, &open, Ok("coder"));
        check(
            &coder,
            Action::Export,
            &page,
            Err("没有角色可以导出病案首页"),
        );
        check(
            &coder,
            Action::Configure,
            &page,
            Err("可以这样做的角色：院长"),
        );
        let elsewhere = Object::of(Resource::FrontPage, "B");
        check(
            &coder,
            Action::Read,
            &elsewhere,
            Err("机构 B 不在您的管理范围内"),
        );
        let leader = actor(&[("leader", &["A"])]);
        check(
            &leader,
            Action::Read,
            &open,
            Err("只能看到汇总，看不到明文病案"),
        );
        // The closeness of one role and the place of another do not add up.
        let both = actor(&[("leader", &["A"]), ("coder", &["B"])]);
        check(&both, Action::Read, &open, Err("只能看到汇总"));
        check(&actor(&[]), Action::Read, &page, Err("没有生效的角色"));
        check(
            &actor(&[("gone", &["A"])]),
            Action::Read,
            &page,
            Err("您的角色不能"),
        );
    }

    #[test]
    fn what_belongs_to_no_institution_is_changed_by_those_who_have_all() {
        let content = Object::common(Resource::Content);
        let one = actor(&[("leader", &["A"])]);
        check(&one, Action::Read, &content, Ok("leader"));
        check(&one, Action::Configure, &content, Err("管理全部机构的人"));
        check(
            &actor(&[("leader", &["*"])]),
            Action::Configure,
            &content,
            Ok("leader"),
        );
        check(
            &actor(&[("leader", &[])]),
            Action::Read,
            &content,
            Err("管理全部机构的人"),
        );
    }

    #[test]
    fn identified_records_ask_for_a_reason() {
        let coder = actor(&[("coder", &["A"])]);
        for sensitivity in Sensitivity::ALL {
            let page = Object::of(Resource::FrontPage, "A").at(*sensitivity);
            let decision = authorize(&roles(), &coder, Action::Read, &page);
            let asks = *sensitivity == Sensitivity::Identified;
            assert!(matches!(
                decision,
                Decision::Allowed { asks_for_reason, .. } if asks_for_reason == asks
            ));
        }
    }

    #[test]
    fn a_token_narrows_and_what_comes_first_opens_nothing() {
        let page = Object::of(Resource::FrontPage, "A");
        let limits = |text: &str| Some(vec![text.parse().expect("a permission")]);
        let mut coder = actor(&[("coder", &["A"])]);
        coder.limits = limits("read:indicator");
        check(&coder, Action::Read, &page, Err("令牌不能查看病案首页"));
        let may = |actor: &Actor| {
            let (read, page) = (Action::Read, Resource::FrontPage);
            !actor
                .reach_for(&roles(), read, page, Sensitivity::Aggregate)
                .is_empty()
        };
        assert!(!may(&coder));
        coder.limits = limits("read:*");
        check(&coder, Action::Read, &page, Ok("coder"));
        assert!(may(&coder));
        coder.must_change_password = true;
        check(&coder, Action::Read, &page, Err("先修改密码"));
        assert!(!may(&coder));
        coder.must_set_up_second_factor = true;
        check(&coder, Action::Read, &page, Err("先修改密码"));
        coder.must_change_password = false;
        check(&coder, Action::Read, &page, Err("先启用动态口令"));
        assert!(!may(&coder));
        coder.must_set_up_second_factor = false;
        check(&coder, Action::Read, &page, Ok("coder"));
    }
}
