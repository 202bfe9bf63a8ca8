//! The roles of the program: the committed matrix is theirs, and every decision follows from it.

use std::collections::BTreeSet;
use std::path::Path;

use biaochi_access::{
    Action, Actor, Decision, Grant, Object, Reach, Refusal, Resource, Roles, Sensitivity,
    authorize, matrix,
};
use biaochi_domain::{Language, Localized as _};
use biaochi_packs::RoleLibrary;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/permissions.md");

const HEAD: &str = "# 权限一览\n\n\
    由随程序发布的角色包（`packs/national/roles`）生成（`BIAOCHI_UPDATE=1 cargo nextest run --workspace -E \
    'package(biaochi-packs) & test(permissions)'` 重写），请勿手工修改。调整角色的办法见该包的说明；本单位实际生效的\
    一览用 `biaochi roles matrix` 查看。\n\n\
    格中是角色对这类内容做这个动作时最多能接近到的程度：汇总、脱敏病案、明文病案；空格表示不允许。是否允许还要看管理范围：\
    角色只在授予的机构、医联体、区划内有效。\n\n";

fn roles() -> Roles {
    let loaded = RoleLibrary::embedded().load();
    loaded.unwrap_or_else(|error| panic!("{}", error.text(Language::Zh)))
}

fn document(roles: &Roles) -> String {
    let mut text = HEAD.to_owned();
    text.push_str("## 角色\n\n| 角色 | 标识 | 可以授予 | 职责 |\n|---|---|---|---|\n");
    for role in roles.all() {
        let levels = role.levels.iter().map(|level| level.text(Language::Zh));
        let levels = levels.collect::<Vec<_>>().join("、");
        let line = format!(
            "| {} | `{}` | {levels} | {} |\n",
            role.title, role.id, role.duty
        );
        text.push_str(&line);
    }
    text.push('\n');
    text + &matrix(roles)
}

#[test]
fn the_committed_permissions_are_those_of_the_pack() {
    let text = document(&roles());
    let text = format!("{}\n", text.trim_end());
    if std::env::var_os("BIAOCHI_UPDATE").is_some() {
        std::fs::write(FILE, &text).expect("docs can be written");
    }
    let committed = std::fs::read_to_string(Path::new(FILE)).unwrap_or_default();
    assert!(
        committed == text,
        "docs/permissions.md is out of date: run BIAOCHI_UPDATE=1 cargo nextest run --workspace \
         -E 'package(biaochi-packs) & test(permissions)'"
    );
}

fn holder(role: &str, reach: Reach) -> Actor {
    Actor {
        name: "zhang".to_owned(),
        grants: vec![Grant {
            role: role.to_owned(),
            reach,
        }],
        ..Actor::default()
    }
}

/// Every role with every action on every resource, as close as it gets, within its reach and beyond it.
#[test]
fn every_permission_decides_as_the_matrix_says() {
    let roles = roles();
    let own = Reach {
        organisations: BTreeSet::from(["A".to_owned()]),
        ..Reach::default()
    };
    let everything = Reach {
        all: true,
        ..Reach::default()
    };
    let mut decided = 0;
    for role in roles.all() {
        let (here, all) = (
            holder(&role.id, own.clone()),
            holder(&role.id, everything.clone()),
        );
        for resource in Resource::ALL.iter().copied() {
            for action in Action::ALL.iter().copied() {
                let allowed = role.allowed(action, resource);
                for sensitivity in Sensitivity::ALL.iter().copied() {
                    let expected = allowed.is_some_and(|allowed| allowed >= sensitivity);
                    let decide = |actor: &Actor, object: Object<'_>| {
                        authorize(&roles, actor, action, &object.at(sensitivity))
                    };
                    let named = format!("{} {action:?} {resource:?} {sensitivity:?}", role.id);
                    let inside = decide(&here, Object::of(resource, "A"));
                    assert_eq!(inside.is_allowed(), expected, "{named}");
                    if let Decision::Allowed {
                        asks_for_reason, ..
                    } = inside
                    {
                        let asks = sensitivity == Sensitivity::Identified;
                        assert_eq!(asks_for_reason, asks, "{named}");
                    }
                    let outside = decide(&here, Object::of(resource, "B"));
                    match outside {
                        Decision::Denied(Refusal::OutOfReach { .. }) => {
                            assert!(allowed.is_some(), "{named}");
                        }
                        Decision::Denied(Refusal::RoleMayNot { .. }) => {
                            assert!(allowed.is_none(), "{named}");
                        }
                        other => panic!("{named}: {other:?}"),
                    }
                    assert_eq!(
                        decide(&all, Object::of(resource, "B")).is_allowed(),
                        expected,
                        "{named}"
                    );
                    // What belongs to nobody is read by all who may, and changed by those who have everything.
                    let common = decide(&here, Object::common(resource)).is_allowed();
                    let reads = matches!(action, Action::Read | Action::Export);
                    assert_eq!(common, expected && reads, "{named}");
                    decided += 1;
                }
            }
        }
    }
    assert_eq!(decided, roles.all().len() * 14 * 9 * 3);
}

#[test]
fn duties_that_must_not_meet_do_not() {
    let roles = roles();
    let may = |id: &str, action, resource| {
        let role = roles.role(id).expect("a role");
        role.allowed(action, resource)
    };
    let every = |id: &str| {
        let pairs = Resource::ALL
            .iter()
            .flat_map(|resource| Action::ALL.iter().map(move |action| (*action, *resource)));
        let role = roles.role(id).expect("a role");
        pairs
            .filter(|(action, resource)| role.allowed(*action, *resource).is_some())
            .collect::<Vec<_>>()
    };
    // Who manages accounts sees no records, and who audits changes nothing.
    assert_eq!(
        may("administrator", Action::Read, Resource::FrontPage),
        None
    );
    assert_eq!(
        may("administrator", Action::Configure, Resource::Audit),
        None
    );
    assert!(
        every("auditor")
            .iter()
            .all(|(action, _)| matches!(action, Action::Read | Action::Export))
    );
    assert!(
        every("viewer")
            .iter()
            .all(|(action, _)| *action == Action::Read)
    );
    for role in roles.all() {
        for action in Action::ALL.iter().copied() {
            let changes = !matches!(action, Action::Read | Action::Export);
            if changes {
                assert_eq!(role.allowed(action, Resource::Audit), None, "{}", role.id);
            }
        }
        // Commissions, the insurance bureau and those who run it see nobody's name.
        let inside = ["coder", "department-head", "quality-office"];
        let highest = role
            .allows
            .iter()
            .map(|allowance| allowance.sensitivity)
            .max();
        let identified = highest == Some(Sensitivity::Identified);
        assert_eq!(identified, inside.contains(&&*role.id), "{}", role.id);
        // Filling in and approving are two roles.
        let both = role.allowed(Action::Submit, Resource::DataSet).is_some()
            && role.allowed(Action::Approve, Resource::DataSet).is_some();
        assert!(!both, "{}", role.id);
    }
    for (id, title) in [
        ("coder", "病案编码员"),
        ("department-head", "科主任"),
        ("quality-office", "质控办"),
        ("insurance-office", "医保办"),
        ("performance-office", "绩效办"),
        ("finance", "财务"),
        ("president", "院长"),
        ("county-commission", "县卫健委"),
        ("city-commission", "市卫健委"),
        ("province-commission", "省卫健委"),
        ("insurance-bureau", "医保局"),
        ("auditor", "审计员"),
        ("it", "信息科"),
        ("viewer", "只读"),
    ] {
        assert_eq!(roles.role(id).map(|role| &*role.title), Some(title));
    }
}
