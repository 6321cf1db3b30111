//! A connection to PostgreSQL on which nobody waits for ever.
//!
//! A path that passes no bytes any more looks like a statement that takes long, and where something on
//! the way still acknowledges what is sent, the system never gives up. So whoever has heard nothing for a
//! while asks the server on another connection whether it is still at work here. When it is not, or when
//! nobody answers there either, the connection is lost.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Error, Row, SimpleQueryMessage, Statement};

use super::server::{Carrier, Server};
use crate::Fault;

/// Twice as long as a connection may take nothing may be heard before the server is asked.
const SILENCE: u32 = 2;
/// An answer may have been on its way while the server said that it is not at work.
const GRACE: Duration = Duration::from_secs(1);

/// Why an ask has no answer.
pub(super) enum Trouble {
    /// The server or the system said so.
    Said(Error),
    /// Nothing comes any more.
    Silent,
}

type Answer<T> = Result<T, Trouble>;

/// A connection.
pub(super) struct Wire {
    runtime: Runtime,
    client: Client,
    line: Line,
}

/// What one waits on.
struct Line {
    carrier: Carrier,
    over: bool,
    server: Server,
    silence: Duration,
    /// The process that serves this connection.
    pid: String,
}

impl Wire {
    /// Connects, and runs `first`.
    pub(super) fn open(url: &str, first: &str) -> Result<Self, Fault> {
        let cannot = |error| Fault::of("cannot connect to PostgreSQL", error).away(true);
        let silent = || Fault::new("cannot connect to PostgreSQL: nothing is heard").away(true);
        let server = Server::at(url)?;
        let silence = server.patience() * SILENCE;
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Fault::of("cannot start a connection", error))?;
        let made = runtime.block_on(async { timeout(silence, server.connect()).await });
        let (client, carrier) = made.map_err(|_late| silent())?.map_err(cannot)?;
        let line = Line { carrier, over: false, server, silence, pid: String::new() };
        let mut wire = Self { runtime, client, line };
        let said = wire.simple(&format!("{first}; SELECT pg_backend_pid()"));
        let said = said.map_err(|trouble| match trouble {
            Trouble::Said(error) => cannot(error),
            Trouble::Silent => silent(),
        })?;
        wire.line.pid = first_value(&said).unwrap_or_default();
        Ok(wire)
    }

    pub(super) fn is_closed(&self) -> bool {
        self.line.over || self.client.is_closed()
    }

    /// Runs statements without values.
    pub(super) fn simple(&mut self, sql: &str) -> Answer<Vec<SimpleQueryMessage>> {
        let Self { runtime, client, line } = self;
        runtime.block_on(line.wait(client.simple_query(sql)))
    }

    pub(super) fn prepare(&mut self, sql: &str) -> Answer<Statement> {
        let Self { runtime, client, line } = self;
        runtime.block_on(line.wait(client.prepare(sql)))
    }

    pub(super) fn execute(
        &mut self,
        stmt: &Statement,
        args: &[&(dyn ToSql + Sync)],
    ) -> Answer<u64> {
        let Self { runtime, client, line } = self;
        runtime.block_on(line.wait(client.execute(stmt, args)))
    }

    pub(super) fn query(
        &mut self,
        stmt: &Statement,
        args: &[&(dyn ToSql + Sync)],
    ) -> Answer<Vec<Row>> {
        let Self { runtime, client, line } = self;
        runtime.block_on(line.wait(client.query(stmt, args)))
    }
}

impl Line {
    /// Waits for an answer as long as one may come.
    async fn wait<T>(&mut self, ask: impl Future<Output = Result<T, Error>>) -> Answer<T> {
        let mut ask = pin!(ask);
        if self.over {
            return Err(Trouble::Silent);
        }
        loop {
            if let Ok(answer) = timeout(self.silence, self.carry(ask.as_mut())).await {
                return answer.map_err(Trouble::Said);
            }
            if is_at_work(&self.server, &self.pid, self.silence).await {
                continue;
            }
            if let Ok(answer) = timeout(GRACE, self.carry(ask.as_mut())).await {
                return answer.map_err(Trouble::Said);
            }
            self.over = true;
            return Err(Trouble::Silent);
        }
    }

    /// Moves bytes until the answer is there.
    async fn carry<T>(
        &mut self,
        mut ask: Pin<&mut impl Future<Output = Result<T, Error>>>,
    ) -> Result<T, Error> {
        poll_fn(|cx| {
            if !self.over
                && let Poll::Ready(end) = self.carrier.as_mut().poll(cx)
            {
                self.over = true;
                if let Err(error) = end {
                    return Poll::Ready(Err(error));
                }
            }
            ask.as_mut().poll(cx)
        })
        .await
    }
}

/// Whether the server still works for the connection that `pid` serves. One that answers and cannot say
/// is believed to; one that has not even said who serves it is not.
async fn is_at_work(server: &Server, pid: &str, patience: Duration) -> bool {
    if pid.is_empty() {
        return false;
    }
    let sql = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE pid = {pid} AND state = 'active'
           AND wait_event_type IS DISTINCT FROM 'Client'"
    );
    let asked = async {
        let (client, carrier) = server.connect().await?;
        tokio::select! {
            said = client.simple_query(&sql) => Ok(first_value(&said?).as_deref() == Some("1")),
            end = carrier => end.map(|()| false),
        }
    };
    match timeout(patience, asked).await {
        Ok(Ok(works)) => works,
        Ok(Err(error)) => Error::as_db_error(&error).is_some(),
        Err(_late) => false,
    }
}

fn first_value(said: &[SimpleQueryMessage]) -> Option<String> {
    said.iter().find_map(|x| match x {
        SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::{SocketAddr, TcpListener};
    use std::sync::mpsc::channel;
    use std::thread;

    use super::*;

    /// A server that takes connections and says nothing to the first one; every later one it answers that it
    /// cannot tell.
    fn silent_at_first() -> SocketAddr {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            let mut all = Vec::new();
            for mut stream in listener.incoming().map_while(Result::ok) {
                assert!(stream.read(&mut [0; 512]).unwrap() > 0);
                stream.write_all(b"R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I").unwrap();
                if !all.is_empty() {
                    let _asked = stream.read(&mut [0; 512]).unwrap();
                    stream.write_all(b"E\0\0\0\x16SERROR\0C42601\0M?\0\0Z\0\0\0\x05I").unwrap();
                }
                all.push(stream);
            }
        });
        address
    }

    #[test]
    fn a_connection_that_never_says_a_word_is_given_up() {
        let url = format!("postgres://okno@{}/okno?connect_timeout=1", silent_at_first());
        let (tell, told) = channel();
        thread::spawn(move || tell.send(Wire::open(&url, "SELECT 1").err().map(|x| x.is_away())));
        assert_eq!(told.recv_timeout(Duration::from_secs(9)), Ok(Some(true)));
    }
}
