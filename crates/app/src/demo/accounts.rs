//! The persons of the demonstration: one for each job, with a password that everybody may know, because there is
//! nothing but synthetic data behind it.

use biaochi_access::secret::Secret;
use biaochi_store::{Actor, NewAccount, Scope, StoreError};

use super::{COUNTY, DEPARTMENT, HOSPITAL};
use crate::accounts::{AccountError, NewRole, Office, day_of, grant_role, hashed, with_office};
use crate::{Content, Workspace};

/// The password of all of them. The policy of passwords would refuse it for anybody else.
pub const PASSWORD: &str = "Biaochi-2026";

/// Who makes the accounts, as the audit trail names it.
const MAKER: &str = "合成演示";

/// Where a person of the demonstration works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Hospital,
    Department,
    County,
    Everywhere,
}

/// A person of the demonstration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Person {
    /// Name of the account.
    pub name: &'static str,
    /// How the person is called, with the job.
    pub title: &'static str,
    /// Id of the role.
    pub role: &'static str,
    place: Place,
}

const fn person(
    name: &'static str,
    title: &'static str,
    role: &'static str,
    place: Place,
) -> Person {
    Person {
        name,
        title,
        role,
        place,
    }
}

/// All of them, in the order in which they are offered. The people are made up.
pub const PERSONS: &[Person] = &[
    person("coder", "林晓禾（编码员）", "coder", Place::Hospital),
    person(
        "head",
        "周砚青（普外科主任）",
        "department-head",
        Place::Department,
    ),
    person(
        "quality",
        "沈知微（质控办）",
        "quality-office",
        Place::Hospital,
    ),
    person(
        "insurance",
        "何景明（医保办）",
        "insurance-office",
        Place::Hospital,
    ),
    person(
        "performance",
        "宋言之（绩效办）",
        "performance-office",
        Place::Hospital,
    ),
    person("finance", "孟书晴（财务科）", "finance", Place::Hospital),
    person("clerk", "叶小满（填报员）", "clerk", Place::Hospital),
    person("president", "顾长庚（院长）", "president", Place::Hospital),
    person(
        "county",
        "许明远（县卫健委）",
        "county-commission",
        Place::County,
    ),
    person(
        "bureau",
        "梁以宁（县医保局）",
        "insurance-bureau",
        Place::County,
    ),
    person("auditor", "陆观澜（审计员）", "auditor", Place::Everywhere),
    person("it", "程若谷（信息科）", "it", Place::Everywhere),
    person(
        "admin",
        "韩守一（系统管理员）",
        "administrator",
        Place::Everywhere,
    ),
    person("viewer", "方小川（只读）", "viewer", Place::County),
];

impl Place {
    fn unit(self) -> String {
        match self {
            Self::Hospital => format!("hospital:{HOSPITAL}"),
            Self::Department => format!("department:{HOSPITAL}/{DEPARTMENT}"),
            Self::County => format!("division:{COUNTY}"),
            Self::Everywhere => "all".to_owned(),
        }
    }

    fn organisation(self) -> &'static str {
        match self {
            Self::Hospital | Self::Department => HOSPITAL,
            Self::County | Self::Everywhere => "",
        }
    }
}

/// Makes the accounts of the demonstration that are not there yet, once the organisations are, and says how many it
/// made. Accounts that are there stay as they are.
///
/// # Errors
/// The store fails, or the roles or organisations are not there.
pub fn add_accounts(workspace: &Workspace, content: &Content) -> Result<usize, AccountError> {
    with_office(workspace, content, async |office| {
        let actor = Actor::now(MAKER);
        let mut made = 0;
        let mut hash = None;
        for person in PERSONS {
            let store = office.store();
            match store.account(&Scope::All, person.name).await {
                Ok(_) => continue,
                Err(StoreError::NotFound { .. }) => {}
                Err(error) => return Err(error.into()),
            }
            // All have the same password, and hashing is slow on purpose.
            let password: &Secret = match &hash {
                Some(password) => password,
                None => hash.insert(hashed(&Secret::new(PASSWORD)).await?),
            };
            add(office, &actor, person, password).await?;
            made += 1;
        }
        Ok(made)
    })
}

async fn add(
    office: &Office,
    actor: &Actor,
    person: &Person,
    password: &Secret,
) -> Result<(), AccountError> {
    let account = NewAccount {
        name: person.name.to_owned(),
        title: person.title.to_owned(),
        organisation_code: person.place.organisation().to_owned(),
        password: Some(password.clone()),
        must_change: false,
    };
    let store = office.store();
    store.create_account(&Scope::All, actor, &account).await?;
    let unit = person.place.unit();
    let role = NewRole {
        role: person.role.to_owned(),
        unit: unit
            .parse()
            .map_err(|_| AccountError::UnknownUnit { text: unit.clone() })?,
        first_day: day_of(actor.at),
        last_day: None,
        reason: "演示".to_owned(),
    };
    grant_role(office, &Scope::All, actor, person.name, &role).await?;
    Ok(())
}
