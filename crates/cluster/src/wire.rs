//! MongoDB's wire protocol: messages with documents in them.
//!
//! `OP_MSG` in both directions, and `OP_QUERY` with its `OP_REPLY` for the first `isMaster` of a driver that
//! does not know yet what it speaks to. See the specifications of `OP_MSG` and of the handshake in
//! mongodb/specifications.

use bson::{Document, RawBsonRef, RawDocument};
use tokio::io::{AsyncRead, AsyncReadExt as _};

use crate::limits::DEPTH;

const OP_REPLY: i32 = 1;
const OP_QUERY: i32 = 2004;
const OP_MSG: i32 = 2013;

const HEADER: usize = 16;

/// Flags of `OP_MSG`. A server has to know all of the first sixteen.
const CHECKSUM: u32 = 1;
const MORE_TO_COME: u32 = 2;
const REQUIRED: u32 = 0xffff;

/// Why a connection ends: what came is no message, or one that nobody has to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Broken {
    #[error("the connection ended")]
    Ended,
    #[error("a message of {0} octets")]
    Size(i32),
    #[error("an operation that is not spoken here: {0}")]
    Operation(i32),
    #[error("flags that are not known: {0:#x}")]
    Flags(u32),
    #[error("the checksum is another one")]
    Checksum,
    #[error("the message is not put together as it should be")]
    Shape,
}

/// A message as it came.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) id: i32,
    operation: i32,
    content: Vec<u8>,
}

/// What a message asks.
#[derive(Debug, PartialEq)]
pub(crate) struct Request<'a> {
    pub(crate) command: &'a RawDocument,
    /// Of `OP_QUERY`, whose commands do not say it themselves.
    pub(crate) db: Option<&'a str>,
    /// The sequences of documents beside the command, with the number of documents in each.
    pub(crate) sequences: Vec<(&'a str, usize)>,
    /// Nobody waits for an answer.
    pub(crate) is_unanswered: bool,
    pub(crate) form: Form,
}

/// How an answer is to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Message { checksum: bool },
    Reply,
}

impl Message {
    /// Reads what follows a header.
    pub(crate) async fn read_rest(
        header: [u8; HEADER],
        stream: &mut (impl AsyncRead + Unpin),
        most: usize,
    ) -> Result<Self, Broken> {
        let size = number(&header, 0).ok_or(Broken::Shape)?;
        let octets = usize::try_from(size).ok().filter(|it| *it <= most);
        let length = octets
            .and_then(|octets| octets.checked_sub(HEADER))
            .ok_or(Broken::Size(size))?;
        let mut content = Vec::new();
        let read = stream.take(length as u64).read_to_end(&mut content).await;
        if read.ok() != Some(length) {
            return Err(Broken::Ended);
        }
        let mut message = Self {
            id: number(&header, 4).ok_or(Broken::Shape)?,
            operation: number(&header, 12).ok_or(Broken::Shape)?,
            content,
        };
        message.check_sum(&header)?;
        Ok(message)
    }

    /// Compares the checksum, where there is one, and takes it away.
    fn check_sum(&mut self, header: &[u8; HEADER]) -> Result<(), Broken> {
        if self.operation != OP_MSG {
            return Ok(());
        }
        let flags = unsigned(&self.content, 0).ok_or(Broken::Shape)?;
        if flags & CHECKSUM != 0 {
            let at = self.content.len().checked_sub(4).ok_or(Broken::Shape)?;
            let said = unsigned(&self.content, at).ok_or(Broken::Shape)?;
            self.content.truncate(at);
            if crc32c(&[header, &self.content]) != said {
                return Err(Broken::Checksum);
            }
        }
        Ok(())
    }

    pub(crate) fn request(&self) -> Result<Request<'_>, Broken> {
        match self.operation {
            OP_MSG => self.of_message(),
            OP_QUERY => self.of_query(),
            other => Err(Broken::Operation(other)),
        }
    }

    fn of_message(&self) -> Result<Request<'_>, Broken> {
        let flags = unsigned(&self.content, 0).ok_or(Broken::Shape)?;
        if flags & REQUIRED & !(CHECKSUM | MORE_TO_COME) != 0 {
            return Err(Broken::Flags(flags));
        }
        let mut command = None;
        let mut sequences: Vec<(&str, usize)> = Vec::new();
        let mut rest = &self.content[4..];
        while let Some((kind, behind)) = rest.split_first() {
            match kind {
                0 if command.is_none() => {
                    let (document, behind) = document(behind)?;
                    command = Some(document);
                    rest = behind;
                }
                1 => {
                    let (sequence, behind) = sized(behind)?;
                    let (name, documents) = text(&sequence[4..])?;
                    if sequences.iter().any(|(other, _)| *other == name) {
                        return Err(Broken::Shape);
                    }
                    sequences.push((name, count(documents)?));
                    rest = behind;
                }
                _ => return Err(Broken::Shape),
            }
        }
        Ok(Request {
            command: command.ok_or(Broken::Shape)?,
            db: None,
            sequences,
            is_unanswered: flags & MORE_TO_COME != 0,
            form: Form::Message {
                checksum: flags & CHECKSUM != 0,
            },
        })
    }

    /// flags, full name of the collection, how many to skip, how many to return, the query
    fn of_query(&self) -> Result<Request<'_>, Broken> {
        let (name, rest) = text(self.content.get(4..).ok_or(Broken::Shape)?)?;
        let (command, _) = document(rest.get(8..).ok_or(Broken::Shape)?)?;
        Ok(Request {
            command,
            db: Some(name.strip_suffix(".$cmd").ok_or(Broken::Shape)?),
            sequences: Vec::new(),
            is_unanswered: false,
            form: Form::Reply,
        })
    }
}

/// An answer, as it is sent.
pub(crate) fn answer(form: Form, id: i32, to: i32, body: &Document) -> Result<Vec<u8>, Broken> {
    let body = body.to_vec().map_err(|_| Broken::Shape)?;
    let (operation, before): (i32, &[u8]) = match form {
        Form::Message { checksum: false } => (OP_MSG, &[0; 5]),
        Form::Message { checksum: true } => (OP_MSG, &[1, 0, 0, 0, 0]),
        // AwaitCapable; no cursor; from the first on; one document
        Form::Reply => (OP_REPLY, &REPLY),
    };
    let has_checksum = form == Form::Message { checksum: true };
    let length = HEADER + before.len() + body.len() + if has_checksum { 4 } else { 0 };
    let length = i32::try_from(length).map_err(|_| Broken::Shape)?;
    let mut bytes = Vec::new();
    for number in [length, id, to, operation] {
        bytes.extend(number.to_le_bytes());
    }
    bytes.extend(before);
    bytes.extend(body);
    if has_checksum {
        bytes.extend(crc32c(&[&bytes]).to_le_bytes());
    }
    Ok(bytes)
}

const REPLY: [u8; 20] = [8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0];

/// Whether every value of a document, however deep, can be read.
pub(crate) fn is_sound(document: &RawDocument, depth: usize) -> bool {
    depth < DEPTH
        && document.iter().all(|element| match element {
            Ok((_, RawBsonRef::Document(inner))) => is_sound(inner, depth + 1),
            Ok((_, RawBsonRef::Array(inner))) => {
                RawDocument::from_bytes(inner.as_bytes()).is_ok_and(|it| is_sound(it, depth + 1))
            }
            Ok(_) => true,
            Err(_) => false,
        })
}

fn count(mut documents: &[u8]) -> Result<usize, Broken> {
    let mut found = 0;
    while !documents.is_empty() {
        let (one, rest) = document(documents)?;
        if !is_sound(one, 0) {
            return Err(Broken::Shape);
        }
        documents = rest;
        found += 1;
    }
    Ok(found)
}

fn document(bytes: &[u8]) -> Result<(&RawDocument, &[u8]), Broken> {
    let (document, rest) = sized(bytes)?;
    let document = RawDocument::from_bytes(document).map_err(|_| Broken::Shape)?;
    Ok((document, rest))
}

/// What begins with its own length, and what follows it.
fn sized(bytes: &[u8]) -> Result<(&[u8], &[u8]), Broken> {
    let length = number(bytes, 0).and_then(|it| usize::try_from(it).ok());
    length
        .filter(|length| *length > 4)
        .and_then(|length| bytes.split_at_checked(length))
        .ok_or(Broken::Shape)
}

/// A text that ends in a NUL, and what follows it.
fn text(bytes: &[u8]) -> Result<(&str, &[u8]), Broken> {
    let end = bytes.iter().position(|byte| *byte == 0);
    let end = end.ok_or(Broken::Shape)?;
    let text = std::str::from_utf8(&bytes[..end]).map_err(|_| Broken::Shape)?;
    Ok((text, &bytes[end + 1..]))
}

fn number(bytes: &[u8], at: usize) -> Option<i32> {
    let four = bytes.get(at..at + 4)?;
    four.try_into().ok().map(i32::from_le_bytes)
}

fn unsigned(bytes: &[u8], at: usize) -> Option<u32> {
    number(bytes, at).map(i32::cast_unsigned)
}

/// CRC-32C (RFC 3720, appendix B.4). Drivers send it without TLS alone, so it need not be fast.
fn crc32c(parts: &[&[u8]]) -> u32 {
    let mut sum = u32::MAX;
    for byte in parts.iter().copied().flatten() {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = sum >> 1 ^ if sum & 1 == 1 { 0x82f6_3b78 } else { 0 };
        }
    }
    !sum
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use bson::doc;

    use super::*;

    /// What reads it waits for nothing.
    fn read(bytes: &[u8]) -> Result<Message, Broken> {
        let (header, mut rest) = bytes.split_at(HEADER);
        let reading = Message::read_rest(header.try_into().unwrap(), &mut rest, 100_000);
        let runtime = tokio::runtime::Builder::new_current_thread();
        { runtime }.build().unwrap().block_on(reading)
    }

    fn samples() -> Vec<Vec<u8>> {
        let command = doc! { "insert": "a", "list": [1, { "b": "c" }], "$db": "orders" };
        let command = command.to_vec().unwrap();
        let sequence = [&[1, 19, 0, 0, 0][..], b"documents", &[0], &[5, 0, 0, 0]].concat();
        let message = [&[0; 5][..], &command, &sequence, &[0]].concat();
        let query = [&[0; 4][..], b"admin.$cmd\0", &[0; 8], &command].concat();
        [(OP_MSG, message), (OP_QUERY, query)]
            .map(|(operation, content)| {
                let length = i32::try_from(HEADER + content.len()).unwrap();
                let header = [length, 1, 0, operation].map(i32::to_le_bytes);
                [header.concat(), content].concat()
            })
            .to_vec()
    }

    #[test]
    fn no_damaged_octet_leads_astray() {
        for sample in samples() {
            for at in 0..sample.len() {
                for damage in [1, 0x7f, 0x80, 0xff] {
                    let mut bytes = sample.clone();
                    bytes[at] ^= damage;
                    let Ok(message) = read(&bytes) else { continue };
                    if let Ok(request) = message.request() {
                        let _ = is_sound(request.command, 0);
                        assert!(request.sequences.iter().all(|(_, count)| *count <= 1));
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_whole_is_read() {
        for sample in samples() {
            let message = read(&sample).unwrap();
            let request = message.request().unwrap();
            assert_eq!(request.command.get_str("insert").unwrap(), "a");
            assert!(is_sound(request.command, 0));
        }
    }
}
