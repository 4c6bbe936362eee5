//! As much of MongoDB's wire protocol as it takes to learn who answers: one command in an `OP_MSG`, one
//! reply. See <https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/>.

use std::{io, time::Duration};

use mongodb::bson::{Document, RawDocumentBuf, doc, raw::RawBsonRef};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    time::timeout,
};

use super::tls;

/// Operation codes.
const OP_REPLY: i32 = 1;
const OP_MSG: i32 = 2013;

/// Four numbers of 32 bits: length, id, id of what this answers, operation code.
const HEADER: usize = 16;

/// The flags of an `OP_MSG` and the kind of its first section.
const FLAGS_AND_KIND: usize = 5;
/// What an `OP_REPLY` has before its document: flags, cursor, first, count.
const REPLY_HEAD: usize = 20;

/// Far more than a reply to these commands has.
const LARGEST: usize = 256 * 1024;

/// Why there is no reply.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoReply {
    /// The connection was closed or reset before any of it.
    Closed,
    /// The connection was closed by TLS, with this alert.
    Alert(rustls::AlertDescription),
    /// Nothing came in time.
    Silent,
    /// What came is no reply.
    Other,
}

/// What a server said to `hello` or `authenticate`.
#[derive(Debug)]
pub(super) struct Reply(RawDocumentBuf);

impl Reply {
    pub(super) fn is_ok(&self) -> bool {
        match self.0.get("ok") {
            Ok(Some(RawBsonRef::Double(ok))) => (ok - 1.0).abs() < f64::EPSILON,
            Ok(Some(RawBsonRef::Int32(ok))) => ok == 1,
            Ok(Some(RawBsonRef::Int64(ok))) => ok == 1,
            Ok(Some(RawBsonRef::Boolean(ok))) => ok,
            _ => false,
        }
    }

    pub(super) fn code(&self) -> Option<i32> {
        self.0.get_i32("code").ok()
    }

    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.0.get_str(key).ok()
    }
}

pub(super) fn hello() -> Document {
    doc! { "hello": 1, "helloOk": true, "$db": "admin" }
}

pub(super) fn authenticate(username: Option<&str>) -> Document {
    let mut command = doc! { "authenticate": 1, "mechanism": "MONGODB-X509" };
    if let Some(username) = username {
        command.insert("user", username);
    }
    command.insert("$db", "$external");
    command
}

/// Sends a command and reads the reply.
pub(super) async fn ask(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    command: &Document,
    patience: Duration,
) -> Result<Reply, NoReply> {
    /// Any but 0, which a server has in what answers nothing.
    const ID: i32 = 0x5839;
    let mut read = Vec::new();
    let exchange = async {
        let document = command.to_vec().map_err(|_| NoReply::Other)?;
        let length = HEADER + FLAGS_AND_KIND + document.len();
        let length = i32::try_from(length).map_err(|_| NoReply::Other)?;
        let mut message = Vec::new();
        for number in [length, ID, 0, OP_MSG, 0] {
            message.extend(number.to_le_bytes());
        }
        message.push(0);
        message.extend(document);
        // A server that has closed may have said why before: that is read.
        let _ = stream.write_all(&message).await;
        let _ = stream.flush().await;
        receive(stream, &mut read, ID).await
    };
    let outcome = timeout(patience, exchange).await;
    match outcome {
        Ok(reply) => reply,
        Err(_) if read.is_empty() => Err(NoReply::Silent),
        Err(_) => Err(NoReply::Other),
    }
}

async fn receive(
    stream: &mut (impl AsyncRead + Unpin),
    read: &mut Vec<u8>,
    id: i32,
) -> Result<Reply, NoReply> {
    let mut expected = HEADER;
    let mut piece = [0; 4096];
    while read.len() < expected {
        let count = match stream.read(&mut piece).await {
            Ok(count @ 1..) => count,
            Ok(_) if read.is_empty() => return Err(NoReply::Closed),
            Ok(_) => return Err(NoReply::Other),
            Err(error) => return Err(no_reply(&error)),
        };
        read.extend(&piece[..count]);
        if read.len() >= HEADER {
            expected = length_of(read, id).ok_or(NoReply::Other)?;
        }
    }
    let start = match number(read, 12) {
        Some(OP_MSG) => HEADER + FLAGS_AND_KIND,
        _ => HEADER + REPLY_HEAD,
    };
    let document = read.get(start..expected).unwrap_or_default();
    let length = number(document, 0).and_then(|length| usize::try_from(length).ok());
    // A checksum may follow.
    let document = length.and_then(|length| document.get(..length));
    let document = document.ok_or(NoReply::Other)?.to_vec();
    RawDocumentBuf::from_bytes(document)
        .map(Reply)
        .map_err(|_| NoReply::Other)
}

/// The length of a reply to `id`; `None` when it is none.
fn length_of(read: &[u8], id: i32) -> Option<usize> {
    let length = usize::try_from(number(read, 0)?).ok()?;
    let is_reply = number(read, 8) == Some(id)
        && matches!(number(read, 12), Some(OP_MSG | OP_REPLY))
        && (HEADER..=LARGEST).contains(&length);
    is_reply.then_some(length)
}

fn number(bytes: &[u8], at: usize) -> Option<i32> {
    let bytes = bytes.get(at..at + 4)?;
    bytes.try_into().ok().map(i32::from_le_bytes)
}

fn no_reply(error: &io::Error) -> NoReply {
    match tls::cause(error) {
        Some(rustls::Error::AlertReceived(alert)) => NoReply::Alert(*alert),
        Some(_) => NoReply::Other,
        None => NoReply::Closed,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn ask_of(answer: impl Fn(Vec<u8>) -> Option<Vec<u8>>) -> Result<Reply, NoReply> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let (mut ours, mut theirs) = tokio::io::duplex(LARGEST);
            let asked = async {
                let reply = ask(&mut ours, &hello(), Duration::from_millis(200)).await;
                drop(ours);
                reply
            };
            let answered = async {
                let mut piece = vec![0; 4096];
                let count = theirs.read(&mut piece).await.unwrap();
                piece.truncate(count);
                if let Some(answer) = answer(piece) {
                    theirs.write_all(&answer).await.unwrap();
                    // Open until the other side goes.
                    let _ = theirs.read(&mut [0; 1]).await;
                }
                drop(theirs);
            };
            tokio::join!(asked, answered).0
        })
    }

    fn message(id: i32, operation: i32, head: &[u8], document: &Document) -> Vec<u8> {
        let body = [head, &document.to_vec().unwrap()].concat();
        let length = i32::try_from(HEADER + body.len()).unwrap();
        let header = [length, 7, id, operation].map(i32::to_le_bytes).concat();
        [header, body].concat()
    }

    #[test]
    fn a_reply_is_told_from_everything_else() {
        let document = doc! { "ok": 0.0, "code": 18, "errmsg": "no" };
        for (operation, head) in [(OP_MSG, &[0; 5][..]), (OP_REPLY, &[0; 20])] {
            let reply = ask_of(|asked| {
                let id = number(&asked, 4).unwrap();
                Some(message(id, operation, head, &document))
            });
            let reply = reply.unwrap();
            assert!(!reply.is_ok());
            assert_eq!((reply.code(), reply.text("errmsg")), (Some(18), Some("no")));
        }
        let other = |answer: Vec<u8>| ask_of(move |_| Some(answer.clone())).err().unwrap();
        assert_eq!(
            other(message(1, OP_MSG, &[0; 5], &document)),
            NoReply::Other
        );
        assert_eq!(
            other(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()),
            NoReply::Other
        );
        assert_eq!(other(b"220 hi\r\n".to_vec()), NoReply::Other);
        assert_eq!(other(Vec::new()), NoReply::Silent);
        // An echo.
        assert_eq!(ask_of(Some).err().unwrap(), NoReply::Other);
        assert_eq!(ask_of(|_| None).err().unwrap(), NoReply::Closed);
        // Lengths that lie.
        for length in [0, 15, 17, 21, -1, i32::MAX] {
            let answer = ask_of(|asked| {
                let id = number(&asked, 4).unwrap();
                let mut bytes = message(id, OP_MSG, &[0; 5], &document);
                bytes[..4].copy_from_slice(&i32::to_le_bytes(length));
                Some(bytes)
            });
            assert_eq!(answer.err().unwrap(), NoReply::Other, "{length}");
        }
    }
}
