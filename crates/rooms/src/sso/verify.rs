//! The invariants of sites, asked of the live database: part of what `okno verify` prints.

use base::{Outcome, Tx, args};

use crate::booking::Breach;

/// Meaning, and a query that gives the ids that break it.
const CHECKS: &[(&str, &str)] = &[
    (
        "a connected site without an address to return to",
        "SELECT id FROM sso_client c WHERE closed_at IS NULL AND NOT EXISTS (
           SELECT 1 FROM sso_redirect r WHERE r.client_id = c.id AND r.kind = 'sign_in')",
    ),
    (
        "a site that may read an account that is closed",
        "SELECT k.id FROM sso_consent k JOIN account a ON a.id = k.account_id
         WHERE k.withdrawn_at IS NULL AND a.closed_at IS NOT NULL",
    ),
    (
        "a sign-in at a site that goes on although the site was closed",
        "SELECT g.id FROM sso_grant g JOIN sso_client c ON c.id = g.client_id
         WHERE c.closed_at IS NOT NULL AND g.ended_at IS NULL",
    ),
    (
        "a sign-in at a site that goes on although the person withdrew their word",
        "SELECT g.id FROM sso_grant g WHERE g.ended_at IS NULL AND NOT EXISTS (
           SELECT 1 FROM sso_consent k WHERE k.account_id = g.account_id
             AND k.client_id = g.client_id AND k.withdrawn_at IS NULL)",
    ),
    (
        "a refresh token of a sign-in that ends with its session",
        "SELECT g.id FROM sso_token t JOIN sso_grant g ON g.id = t.grant_id
         WHERE t.kind = 'refresh' AND g.offline = FALSE",
    ),
    (
        "two refresh tokens of one sign-in that are both good",
        "SELECT t.grant_id FROM sso_token t JOIN sso_grant g ON g.id = t.grant_id
         WHERE t.kind = 'refresh' AND t.used_at IS NULL AND g.ended_at IS NULL
         GROUP BY t.grant_id HAVING COUNT(*) > 1",
    ),
    (
        "an account of elsewhere that belongs to a closed account",
        "SELECT l.account_id FROM sso_link l JOIN account a ON a.id = l.account_id
         WHERE a.closed_at IS NOT NULL",
    ),
];

/// Checks what connected sites hold; an empty list is a clean bill of health.
///
/// # Errors
/// A fault of the engine.
pub fn verify(tx: &mut Tx<'_>) -> Outcome<Vec<Breach>> {
    let mut breaches = Vec::new();
    for (says, sql) in CHECKS {
        let ids = tx.all(sql, args![], |r| r.get::<String>(0))?;
        breaches.extend(ids.into_iter().map(|id| Breach { rule: "S1", says, id }));
    }
    Ok(breaches)
}
