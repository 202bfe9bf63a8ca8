//! Who asks: the person of a session cookie or a token, and what they may.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::net::IpAddr;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use biaochi_access::secret::Secret;
use biaochi_access::{Action, Object, Resource, Sensitivity};
use biaochi_app::Workspace;
use biaochi_app::accounts::{
    AccountError, Office, Permitted, Person, day_of, permit, person_of_session, person_of_token,
};
use biaochi_organisations::Unit;
use biaochi_store::{Actor, Scope};
use jiff::Timestamp;
use percent_encoding::percent_decode;

use crate::problem::{Code, Problem};
use crate::service::Service;

/// The cookie of a session.
pub(crate) const COOKIE: &str = "biaochi_session";

/// What the web page sends with every request. Another site cannot send it without being asked first.
const OWN_REQUEST: &str = "x-biaochi";

/// Why somebody looks at identified records, percent-encoded.
const REASON: &str = "x-biaochi-reason";

/// Where a request comes from, as the listener or a trusted proxy says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

/// The person who asks. Taking it as an argument of a handler is what refuses everybody else.
#[derive(Debug, Clone)]
pub struct Caller {
    person: Person,
    office: Office,
    service: Service,
    session: Option<Secret>,
    reason: String,
}

/// What an action may touch: institutions as a whole, and departments of others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Institutions whose rows may be read, those of [`View::departments`] included: whoever uses it filters by
    /// department as well.
    pub scope: Scope,
    /// Departments that may be read of institutions that may not be read as a whole.
    pub departments: BTreeMap<String, BTreeSet<String>>,
}

impl View {
    /// The institutions that may be read as a whole: for sums that cannot be split by department.
    pub fn whole(&self) -> Scope {
        match &self.scope {
            Scope::All => Scope::All,
            Scope::Organisations(codes) => {
                let whole = codes
                    .iter()
                    .filter(|code| !self.departments.contains_key(*code));
                Scope::Organisations(whole.cloned().collect())
            }
        }
    }

    /// Departments to which rows of an institution have to be limited; `None` where all of it may be read.
    pub fn departments_of(&self, organisation: &str) -> Option<&BTreeSet<String>> {
        self.departments.get(organisation)
    }

    /// Whether a row of this institution and department may be read.
    pub fn allows(&self, organisation: &str, department: &str) -> bool {
        let limited = self.departments_of(organisation);
        self.scope.allows(organisation) && limited.is_none_or(|own| own.contains(department))
    }
}

impl Caller {
    /// The caller of a session that was just opened.
    pub(crate) async fn of_session(
        service: &Service,
        office: Office,
        session: Secret,
    ) -> Result<Self, Problem> {
        let person = person_of_session(&office, &session, Timestamp::now()).await?;
        Ok(Self {
            person,
            office,
            service: service.clone(),
            session: Some(session),
            reason: String::new(),
        })
    }

    /// The person.
    pub fn person(&self) -> &Person {
        &self.person
    }

    /// Name and time, as the store asks for them.
    pub fn actor(&self) -> &Actor {
        &self.person.actor
    }

    /// The office of accounts; what is changed through it is told with where the request came from.
    pub fn office(&self) -> &Office {
        &self.office
    }

    /// The workspace; what is changed through it is told with where the request came from.
    pub fn workspace(&self) -> Workspace {
        let store = self.office.store().clone();
        self.service.workspace().sharing(store)
    }

    /// The service.
    pub fn service(&self) -> &Service {
        &self.service
    }

    /// Roles that count today with their units.
    ///
    /// # Errors
    /// The database fails.
    pub(crate) async fn held_units(&self) -> Result<Vec<(String, String)>, Problem> {
        let day = day_of(self.person.actor.at);
        let store = self.office.store();
        let held = store
            .roles_of(&Scope::All, &self.person.account.name)
            .await?;
        let held = held.into_iter().filter(|role| role.counts_on(day));
        Ok(held
            .map(|role| (role.assignment.role, role.assignment.unit))
            .collect())
    }

    /// Code and name of the organisations that they reach today, in the order of their codes: institutions, and
    /// divisions and alliances as `division:…` and `alliance:…`. Those of their departments are among them.
    ///
    /// # Errors
    /// The database fails.
    pub(crate) async fn organisation_names(&self) -> Result<Vec<(String, String)>, Problem> {
        let directory = self.office.directory().await?;
        let view = directory.as_of(day_of(self.person.actor.at));
        let reach = self.person.asker.reach();
        let of_department = |code: &str| reach.departments.iter().any(|(own, _)| own == code);
        let institutions = view
            .institutions()
            .map(|one| (one.code.to_string(), one.name.clone()));
        let divisions = view.divisions().map(|one| {
            let unit = Unit::Division(one.code.to_string());
            (unit.to_string(), one.name.clone())
        });
        let alliances = view.alliances().map(|one| {
            let unit = Unit::Alliance(one.id.to_string());
            (unit.to_string(), one.name.clone())
        });
        let all = divisions.chain(alliances).chain(institutions);
        Ok(all
            .filter(|(code, _)| reach.covers(code, None) || of_department(code))
            .collect())
    }

    /// The secret of the session; `None` for a token.
    pub fn session(&self) -> Option<&Secret> {
        self.session.as_ref()
    }

    /// Why they look, if they said so.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// Refuses whoever has to change the password or set up a second factor before anything else: for what asks no
    /// permission.
    ///
    /// # Errors
    /// [`Code::PasswordChangeNeeded`] or [`Code::SecondFactorNeeded`].
    pub(crate) fn is_ready(&self) -> Result<(), Problem> {
        match self.person.asker.first_of_all() {
            Some(refusal) => Err(AccountError::Denied(refusal).into()),
            None => Ok(()),
        }
    }

    /// Asks whether they may do this with the object; `subject` is what the audit trail names, such as the key of a
    /// record. Refusals are written down, and looking at identified records is.
    ///
    /// # Errors
    /// [`Code::Forbidden`], [`Code::PasswordChangeNeeded`], [`Code::SecondFactorNeeded`], or [`Code::ReasonNeeded`].
    pub async fn may(
        &self,
        action: Action,
        object: &Object<'_>,
        subject: &str,
    ) -> Result<Permitted, Problem> {
        let why = (subject, self.reason.as_str());
        Ok(permit(&self.office, &self.person, action, object, why).await?)
    }

    /// What they may do this with, for a list: of one organisation if it is given, else of all that they reach.
    ///
    /// # Errors
    /// As [`Caller::may`].
    pub async fn view(
        &self,
        action: Action,
        resource: Resource,
        sensitivity: Sensitivity,
        organisation: Option<&str>,
    ) -> Result<View, Problem> {
        let subject = organisation.unwrap_or_default();
        self.view_of(action, (resource, subject), sensitivity, organisation)
            .await
    }

    /// The organisations for which they may do this at all, refused – and written down with the subject – when there
    /// are none. What is then looked for within this scope is not there for whoever may not touch it.
    ///
    /// # Errors
    /// As [`Caller::may`].
    pub async fn scope(
        &self,
        action: Action,
        resource: Resource,
        subject: &str,
    ) -> Result<Scope, Problem> {
        let view = self.view_of(action, (resource, subject), Sensitivity::Aggregate, None);
        Ok(view.await?.whole())
    }

    async fn view_of(
        &self,
        action: Action,
        (resource, subject): (Resource, &str),
        sensitivity: Sensitivity,
        organisation: Option<&str>,
    ) -> Result<View, Problem> {
        let roles = self.office.roles();
        let reach = self
            .person
            .asker
            .reach_for(roles, action, resource, sensitivity);
        let mut departments: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (code, department) in &reach.departments {
            if !reach.covers(code, None) && organisation.is_none_or(|asked| asked == code) {
                let own = departments.entry(code.clone()).or_default();
                own.insert(department.clone());
            }
        }
        let limited = departments
            .iter()
            .find_map(|(code, own)| Some((code.as_str(), own.first()?.as_str())));
        // What is changed belongs to an organisation. Until it is named, whoever may change any of them goes on with those.
        let reads = matches!(action, Action::Read | Action::Export);
        let whole = reach.organisations.first().map(String::as_str);
        let (asked, department) = match (organisation, limited) {
            (Some(code), limited) => (Some(code), limited.map(|(_, department)| department)),
            (None, _) if reads || reach.all => (None, None),
            (None, Some((code, department))) if whole.is_none() => (Some(code), Some(department)),
            (None, _) => (whole, None),
        };
        // The decision is made by the use case, with its reason; departments are what is left of it.
        let object = Object {
            resource,
            organisation: asked,
            department,
            sensitivity,
        };
        let permitted = self.may(action, &object, subject).await?;
        let mut scope = match organisation {
            Some(code) => Scope::one(code),
            None => permitted.scope,
        };
        if let Scope::Organisations(codes) = &mut scope {
            codes.extend(departments.keys().cloned());
        }
        Ok(View { scope, departments })
    }
}

impl FromRequestParts<Service> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, service: &Service) -> Result<Self, Problem> {
        let origin = origin(parts);
        let office = service.office().with_origin(&origin);
        let now = Timestamp::now();
        let (person, session) = match bearer(&parts.headers) {
            Some(token) => (person_of_token(&office, &token, now).await?, None),
            None => {
                let session = cookie_of(&parts.headers, COOKIE).ok_or_else(signed_out)?;
                own_request(parts)?;
                let person = person_of_session(&office, &session, now).await?;
                (person, Some(session))
            }
        };
        service.gates().account(&person.account.name)?;
        Ok(Self {
            person,
            office,
            service: service.clone(),
            session,
            reason: reason(&parts.headers)?,
        })
    }
}

impl OptionalFromRequestParts<Service> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        service: &Service,
    ) -> Result<Option<Self>, Infallible> {
        let caller = <Self as FromRequestParts<Service>>::from_request_parts(parts, service).await;
        Ok(caller.ok())
    }
}

fn signed_out() -> Problem {
    Problem::new(Code::Unauthenticated, "请先登录")
}

/// Where a request comes from, as the audit trail names it.
pub(crate) fn origin(parts: &Parts) -> String {
    let address = parts.extensions.get::<ClientAddress>();
    address.map_or_else(|| "本机".to_owned(), |address| address.0.to_string())
}

fn bearer(headers: &HeaderMap) -> Option<Secret> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| Secret::new(token.trim().to_owned()))
}

/// What the browser keeps under a name.
pub(crate) fn cookie_of(headers: &HeaderMap, wanted: &str) -> Option<Secret> {
    let cookies = headers.get_all(header::COOKIE).iter();
    let cookies = cookies.filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';'));
    pairs.find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == wanted).then(|| Secret::new(value.to_owned()))
    })
}

/// Refuses what another site made the browser send: a session alone changes nothing.
pub(crate) fn own_request(parts: &Parts) -> Result<(), Problem> {
    if matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    let headers = &parts.headers;
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let fetched = text("sec-fetch-site").is_none_or(|site| matches!(site, "same-origin" | "none"));
    let host = text("host").or_else(|| parts.uri.authority().map(|own| own.as_str()));
    let from = text("origin").is_none_or(|origin| {
        let of = origin.split_once("://").map(|(_, of)| of);
        of.is_some() && of == host
    });
    if fetched && from && headers.contains_key(OWN_REQUEST) {
        return Ok(());
    }
    Err(Problem::new(
        Code::CrossSite,
        "请求不是从本网页发出的，没有执行。请从网页上操作；程序请用令牌",
    ))
}

fn reason(headers: &HeaderMap) -> Result<String, Problem> {
    let Some(value) = headers.get(REASON) else {
        return Ok(String::new());
    };
    decoded(value.as_bytes())
        .ok_or_else(|| Problem::invalid(REASON, "查看理由应以 UTF-8 百分号编码传送，最多 200 字"))
}

/// Percent-encoded text of at most 200 characters.
fn decoded(bytes: &[u8]) -> Option<String> {
    let text = percent_decode(bytes).decode_utf8().ok()?.into_owned();
    // A sign that is followed by no digits stays as it is, and the text too long.
    let codes = bytes.iter().filter(|byte| **byte == b'%').count();
    let is_whole = text.len() + 2 * codes == bytes.len();
    (is_whole && text.chars().count() <= 200).then_some(text)
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    #[track_caller]
    fn check(method: &str, headers: &[(&str, &str)], expected: bool) {
        let mut request = Request::builder().method(method).uri("/x");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (parts, ()) = request.body(()).expect("a request").into_parts();
        assert_eq!(own_request(&parts).is_ok(), expected, "{headers:?}");
    }

    #[test]
    fn a_change_comes_from_the_own_page() {
        let own = ("x-biaochi", "1");
        let host = ("host", "biaochi.example:8080");
        check("GET", &[], true);
        check("POST", &[host], false);
        check("POST", &[host, own], true);
        check(
            "DELETE",
            &[host, own, ("origin", "http://biaochi.example:8080")],
            true,
        );
        check(
            "POST",
            &[host, own, ("origin", "http://evil.example")],
            false,
        );
        check("POST", &[host, own, ("origin", "null")], false);
        check(
            "POST",
            &[host, own, ("sec-fetch-site", "cross-site")],
            false,
        );
        check("POST", &[host, own, ("sec-fetch-site", "same-site")], false);
    }

    #[test]
    fn a_reason_is_percent_encoded_text() {
        assert_eq!(
            decoded("%E5%A4%8D%E6%A0%B8 a".as_bytes()).as_deref(),
            Some("复核 a")
        );
        assert_eq!(decoded(b"%E5%A4"), None);
        assert_eq!(decoded(b"%zz"), None);
        assert_eq!(decoded(b"%"), None);
        assert_eq!(decoded("x".repeat(201).as_bytes()), None);
    }

    #[test]
    fn a_department_is_not_its_hospital() {
        let view = View {
            scope: Scope::Organisations(["A".to_owned(), "B".to_owned()].into()),
            departments: BTreeMap::from([("A".to_owned(), ["03".to_owned()].into())]),
        };
        assert_eq!(view.whole(), Scope::one("B"));
        assert!(view.allows("A", "03") && view.allows("B", "04"));
        assert!(!view.allows("A", "04") && !view.allows("C", "03"));
    }
}
