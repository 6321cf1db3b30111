//! The one way from a page of the workplace to a change: an operation and its entry of the trail are
//! written together, or neither is. A test sees to it that no other file of this folder writes.

use std::sync::Arc;

use base::{Cx, Id, Outcome, Tx, idem};
use rooms::access::{Grant, Place, Scope, Spot};
use rooms::offices::Offices;
use rooms::portal::Portal;
use rooms::trail::{self, Done};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Visit;
use crate::pages::account::own;

/// One of the staff, doing something.
pub(super) struct Doing {
    pub cx: Cx,
    /// How far they may go.
    pub scope: Scope,
    pub me: Id,
    portal: Arc<Portal>,
}

impl Doing {
    pub(super) fn offices(&self) -> &Offices {
        &self.portal.city.offices
    }

    /// The grant that reaches `place`.
    pub(super) fn grant_at(&self, place: &Place) -> Option<&Grant> {
        self.scope.grant_for(&Spot::of(self.offices(), place).unwrap_or_default())
    }

    fn note(&self, tx: &mut Tx<'_>, done: &Done) -> Outcome<()> {
        trail::by_staff(tx, &self.cx, (&self.scope, self.offices()), done)
    }
}

/// Does something within `scope`; `act` says what it has done.
///
/// # Errors
/// What `act` refuses; then there is no entry either.
pub(super) async fn does<T: Send + 'static>(
    visit: &Visit,
    scope: &Scope,
    act: impl Fn(&mut Tx<'_>, &Doing) -> Outcome<(T, Done)> + Send + 'static,
) -> Outcome<T> {
    let doing = doing(visit, scope)?;
    let act = move |tx: &mut Tx<'_>| {
        let (answer, done) = act(tx, &doing)?;
        doing.note(tx, &done)?;
        Ok(answer)
    };
    visit.db().write(act).await
}

/// As [`does`], once under `key`, if the form had one: whoever sends it again meets the first answer,
/// and there is one entry.
///
/// # Errors
/// As [`does`] and [`idem::once`].
pub(super) async fn does_once<T: Serialize + DeserializeOwned + Send + 'static>(
    visit: &Visit,
    (scope, key): (&Scope, Option<idem::Key>),
    act: impl Fn(&mut Tx<'_>, &Doing) -> Outcome<(T, Done)> + Send + 'static,
) -> Outcome<T> {
    let Some(key) = key else { return does(visit, scope, act).await };
    let doing = doing(visit, scope)?;
    let act = move |tx: &mut Tx<'_>| {
        idem::once(tx, &doing.cx, &key, |tx| {
            let (answer, done) = act(tx, &doing)?;
            doing.note(tx, &done)?;
            Ok(answer)
        })
    };
    visit.db().write(act).await
}

fn doing(visit: &Visit, scope: &Scope) -> Outcome<Doing> {
    let (me, portal) = (own(visit)?, visit.app.portal());
    Ok(Doing { cx: visit.cx(), scope: scope.clone(), me, portal })
}
