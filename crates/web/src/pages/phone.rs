//! «Код для звонка»: what somebody reads aloud when they call the support.

use askama::Template;
use base::{Pii, Tx};
use rooms::factors::call;

use super::account::own;
use crate::route::{Action, Rate, Route, get, post};
use crate::{Answer, Fields, FormState, Shell, Visit};

const HERE: &str = "/account/call";

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![
        get(HERE, Action::CallSupport, Rate::Secret, page),
        post(HERE, Action::CallSupport, Rate::Secret, make),
    ]
}

#[derive(Template)]
#[template(path = "account/call.html")]
struct CallPage {
    shell: Shell,
    form: FormState,
    /// The code, in groups; shown in the answer that made it.
    code: Option<Pii<String>>,
}

impl CallPage {
    fn new(visit: &Visit, form: FormState, code: Option<Pii<String>>) -> Self {
        let shell = visit.shell("call-title").crumb("/account", "account-title").of(&form);
        Self { shell, form, code }
    }
}

async fn page(visit: Visit) -> Answer {
    visit.page(CallPage::new(&visit, FormState::new(), None))
}

async fn make(visit: Visit) -> Answer {
    let (app, cx, id) = (visit.app.clone(), visit.cx(), own(&visit)?);
    match visit.db().write(move |tx: &mut Tx<'_>| call::code(tx, &cx, &app.policy, &id)).await {
        Ok(code) => {
            let (one, other) = code.reveal().split_at(code.reveal().len() / 2);
            let code = Pii::new(format!("{one} {other}"));
            visit.page(CallPage::new(&visit, FormState::new(), Some(code)))
        }
        Err(error) => {
            let form = FormState::refused(Fields::default(), error)?;
            visit.again(CallPage::new(&visit, form, None))
        }
    }
}
