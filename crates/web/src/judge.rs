//! Electronic signatures are judged on threads that may wait, few at a time.

use std::sync::Arc;
use std::time::Duration;

use base::{Fault, Outcome, Refusal};
use rooms::signatures::{Flaw, SignatureCheck, Signed, Signer};
use tokio::sync::Semaphore;

/// Signatures that are judged at once: each may read lists of revoked certificates of some megabytes,
/// or wait for another's service.
const AT_ONCE: usize = 4;
/// How long one waits for its turn.
const TURN: Duration = Duration::from_secs(5);

/// Who judges signatures.
#[derive(Clone)]
pub struct Judge {
    check: Arc<dyn SignatureCheck>,
    turns: Arc<Semaphore>,
}

impl Judge {
    /// A judge that asks `check`.
    pub fn new(check: Arc<dyn SignatureCheck>) -> Self {
        Self { check, turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// Who has signed.
    ///
    /// # Errors
    /// `E-SIG-02` … `E-SIG-08`: why the signature proves nothing.
    pub(crate) async fn ask(&self, signed: Signed) -> Outcome<Signer> {
        let away = |why: &str| Refusal::from(Flaw::Away(why.to_owned()));
        let turn = tokio::time::timeout(TURN, self.turns.clone().acquire_owned()).await;
        let turn = turn.map_err(|_late| away("too many at once"))?;
        let turn = turn.map_err(|_closed| away("the portal ends"))?;
        let (check, id) = (self.check.clone(), signed.id.clone());
        // The turn ends with the work, also when nobody waits for it any more.
        let work = move || {
            let judged = check.check(&signed);
            drop(turn);
            judged
        };
        let judged = tokio::task::spawn_blocking(work).await;
        let judged = judged.map_err(|error| Fault::of("a judge of signatures has died", error))?;
        judged.map_err(|flaw| {
            match &flaw {
                Flaw::Away(why) => tracing::warn!(id, why, "a signature could not be judged"),
                other => tracing::info!(id, ?other, "a signature was refused"),
            }
            Refusal::from(flaw).into()
        })
    }
}

impl std::fmt::Debug for Judge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Judge")
    }
}
