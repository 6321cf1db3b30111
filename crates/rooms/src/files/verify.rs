//! The invariants of files, asked of the live database: part of what `okno verify` prints.

use base::{Id, Outcome, Tx, args};
use sha2::{Digest, Sha256};

use super::store::{self, Described};
use crate::booking::Breach;

/// Meaning, and a query that gives the ids that break it.
const CHECKS: &[(&str, &str)] = &[
    (
        "a file that has lost a piece, or has one too many",
        "SELECT f.id FROM file f
         WHERE f.state <> 'infected'
           AND (f.chunks <> (SELECT count(*) FROM file_chunk c
                             WHERE c.file_id = f.id AND c.n BETWEEN 1 AND f.chunks)
                OR EXISTS (SELECT 1 FROM file_chunk c WHERE c.file_id = f.id AND c.n > f.chunks))",
    ),
    (
        "an infected file that still has pieces",
        "SELECT DISTINCT f.id FROM file f JOIN file_chunk c ON c.file_id = f.id
         WHERE f.state = 'infected'",
    ),
    (
        "a file that has arrived and does not say what it is",
        "SELECT id FROM file
         WHERE state <> 'arriving' AND (kind IS NULL OR described_sealed IS NULL)",
    ),
];

/// A file that is whole, as its row says.
struct Whole {
    id: Id,
    account: Id,
    size: i64,
    chunks: i64,
    described: Vec<u8>,
}

/// Checks every file: its pieces, their keys, their length and digest; an empty list is a clean bill of
/// health. All of them are read, one piece at a time.
///
/// # Errors
/// A fault of the engine.
pub fn verify(tx: &mut Tx<'_>) -> Outcome<Vec<Breach>> {
    let mut breaches = Vec::new();
    for (says, sql) in CHECKS {
        let ids = tx.all(sql, args![], |r| r.get::<String>(0))?;
        breaches.extend(ids.into_iter().map(|id| Breach { rule: "F1", says, id }));
    }
    let files = tx.all(
        "SELECT id, account_id, size, chunks, described_sealed FROM file
         WHERE described_sealed IS NOT NULL AND state <> 'infected' ORDER BY id",
        args![],
        |r| {
            Ok(Whole {
                id: r.get(0)?,
                account: r.get(1)?,
                size: r.get(2)?,
                chunks: r.get(3)?,
                described: r.get(4)?,
            })
        },
    )?;
    for file in files {
        if let Some(says) = fault(tx, &file)? {
            breaches.push(Breach { rule: "F2", says, id: file.id.to_string() });
        }
    }
    Ok(breaches)
}

/// What is wrong with the content of a file.
fn fault(tx: &mut Tx<'_>, file: &Whole) -> Outcome<Option<&'static str>> {
    let Some(key) = tx.key_of(&file.account)? else {
        return Ok(Some("a file whose owner's key is gone"));
    };
    let described = key.open_json::<Described>(store::described_spot(&file.id), &file.described);
    let Ok(described) = described else {
        return Ok(Some("a file whose description does not open"));
    };
    if described.chunks != file.chunks {
        return Ok(Some("a file that was described with another number of pieces"));
    }
    let (mut size, mut hash) = (0, Sha256::new());
    for n in 1..=file.chunks {
        let sql = "SELECT sealed FROM file_chunk WHERE file_id = $1 AND n = $2";
        let sealed: Option<Vec<u8>> = tx.opt(sql, args![&file.id, n], |r| r.get(0))?;
        // The row that is missing was told of already.
        let Some(sealed) = sealed else { return Ok(None) };
        match store::with_spot(&file.id, n, |spot| key.open(spot, &sealed)) {
            Ok(piece) => {
                size += piece.len();
                hash.update(&piece[..]);
            }
            Err(_) => return Ok(Some("a file with a piece that does not open")),
        }
    }
    let digest: String = hash.finalize().iter().map(|x| format!("{x:02x}")).collect();
    Ok(match (usize::try_from(file.size) == Ok(size), digest == described.digest) {
        (false, _) => Some("a file of another length than was written down"),
        (true, false) => Some("a file that is not what arrived"),
        (true, true) => None,
    })
}
