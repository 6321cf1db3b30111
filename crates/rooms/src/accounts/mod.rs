//! stub
use serde::{Deserialize, Serialize};
/// Level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Hash)]
#[serde(rename_all = "snake_case")]
pub enum Level { /// a
 Simplified, /// b
 Standard, /// c
 Verified }
impl Level { /// x
 pub fn as_str(self) -> &'static str { match self { Self::Simplified => "simplified", Self::Standard => "standard", Self::Verified => "verified" } } }
