//! What the first requests after a start or an import would wait for, made before they come.

use biaochi_app::accounts::day_of;
use biaochi_app::data_months::data_months;
use biaochi_app::query::lake_stamp;
use biaochi_domain::Period;
use biaochi_store::Scope;
use jiff::Timestamp;

use crate::problem::Problem;
use crate::service::Service;
use crate::{groups, indicators, plans, records};

impl Service {
    /// What changes whenever something is published in the lake.
    pub fn lake_stamp(&self) -> String {
        lake_stamp(&self.workspace().lake())
    }

    /// Reads the values of the newest year and of the plans, and opens the tables that pages ask, so that the first page
    /// after an import is as fast as the next. It blocks; what fails is told to whoever asks for it.
    pub fn prepare(&self) {
        let prepared = prepare(self);
        if let Err(problem) = prepared {
            tracing::debug!(code = ?problem.code(), "nothing was prepared");
        }
    }
}

fn prepare(service: &Service) -> Result<(), Problem> {
    let workspace = service.workspace();
    let content = service.content();
    let months = data_months(workspace, content.content(), &Scope::All);
    let months = months.map_err(|error| Problem::internal(&error))?;
    let Some(months) = months else {
        return Ok(());
    };
    records::tables(service)?;
    groups::open_tables(service)?;
    let newest = Period::from(months.last);
    indicators::values(service, workspace, newest)?;
    // Where the plans stand is asked as of the end of the newest month, whether somebody looks at it or at its year.
    let on = newest.last_day().min(day_of(Timestamp::now()));
    let organisations = indicators::organisations_revision(workspace)?;
    plans::values(
        service,
        workspace,
        &plans::plans(service)?,
        on,
        organisations,
    )?;
    Ok(())
}
