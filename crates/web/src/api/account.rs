//! Who calls.

use axum::http::StatusCode;
use rooms::accounts;
use serde::Serialize;
use utoipa::ToSchema;

use super::Operation;
use super::call::{answer, caller, unknown};
use crate::route::{Action, Rate, get};
use crate::{Answer, Visit};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::new(
            "getAccount",
            "The account of the caller",
            get("/api/v1/account", Action::ReadAccount, Rate::Read, account),
        )
        .gives::<AccountView>(200),
    ]
}

/// An account.
#[derive(Serialize, ToSchema)]
#[schema(as = Account)]
struct AccountView {
    /// Its id.
    id: String,
    /// Full name as in papers.
    #[schema(example = "Соколова Анна Сергеевна")]
    name: String,
    /// How surely the person is known.
    #[schema(example = "verified", pattern = "^(simplified|standard|verified)$")]
    level: &'static str,
    /// Phone, to which bookings default.
    phone: String,
    /// E-mail, to which bookings default.
    email: Option<String>,
}

async fn account(visit: Visit) -> Answer {
    let id = caller(&visit)?;
    let found = visit.db().read(move |tx| accounts::read::account(tx, &id)).await?;
    let account = found.ok_or_else(unknown)?;
    let view = AccountView {
        id: account.id.to_string(),
        name: account.full_name().into_revealed(),
        level: account.level.as_str(),
        phone: account.phone.reveal().to_owned(),
        email: account.email.map(|x| x.reveal().to_owned()),
    };
    answer(StatusCode::OK, &view)
}
