//! Whether a server accepts a certificate, as OpenSSL 3 decides it for mongod.
//!
//! mongod trusts every certificate of the bundle, verifies with the purpose *sslclient*, default
//! flags and a callback that lets verification go on after each error, and logs the last one. So
//! the outcome is an ordered list of errors, each with OpenSSL's number and depth; the certificate
//! is accepted when there is none.
//!
//! A [`Verification`] runs through OpenSSL's stages (`verify_chain` in `crypto/x509/x509_vfy.c`),
//! each in a module of its own, and can be interrupted between any two pieces of work:
//!
//! 1. [`build`]: find the issuers,
//! 2. [`extensions`]: critical extensions, CA marks, purpose, path length,
//! 3. [`strength`]: keys and digests against the security level,
//! 4. [`signatures`]: signatures and dates, from the anchor down,
//! 5. [`names`]: name constraints, with [`subtrees`] for what lies within one,
//! 6. [`resources`]: autonomous systems and, with [`addresses`], address blocks.
//!
//! [`platform`] lists signatures that somebody faster may verify beforehand.
//! [`handshake`] tells whether a client that is accepted can also prove that it holds its key.

mod addresses;
mod budget;
mod build;
mod code;
#[cfg(feature = "rare")]
mod dsa;
#[cfg(feature = "rare")]
mod ecdsa;
#[cfg(feature = "rare")]
mod ed448;
mod extensions;
mod handshake;
mod memory;
mod names;
pub mod platform;
mod resources;
mod signature;
mod signatures;
mod store;
mod strength;
mod subtrees;

/// Single rules, for those who explain a verdict.
pub(crate) mod rules {
    use crate::certificate::{Certificate, Curve, EcPoint};

    pub(crate) use super::{
        extensions::{ca_mark, suits, usage_allows},
        strength::{digest_is_strong, key_is_strong, level_is_nothing_to},
    };

    /// Whether the extended key usage, where there is one, holds clientAuth.
    pub(crate) fn purpose_allows_client(certificate: &Certificate) -> bool {
        let purposes = &certificate.extensions().purposes;
        purposes
            .as_ref()
            .is_none_or(|purposes| purposes.client_auth)
    }

    /// Whether TLS libraries offer signatures on the curve by default.
    pub(crate) fn is_common_curve(point: &EcPoint) -> bool {
        matches!(
            point.curve.name,
            Some(Curve::P256 | Curve::P384 | Curve::P521)
        )
    }
}

use std::{fmt, sync::Arc};

pub(crate) use budget::Cost;
pub use budget::{Budget, WORK_OF_A_PILE};
pub use code::{Code, Error};
pub use handshake::Handshake;
pub use memory::SignatureMemory;
pub use store::TrustStore;

use crate::{Certificate, Timestamp};

/// Under which settings a verdict holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    pub level: Level,
    pub purpose: Purpose,
    /// The moment at which the certificates are judged.
    pub at: Timestamp,
}

/// OpenSSL's security level. Debian, Ubuntu, Red Hat and upstream from 3.2 on use 2.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Level {
    One,
    #[default]
    Two,
}

impl Level {
    /// The number, as `openssl verify -auth_level` takes it.
    pub fn number(self) -> u8 {
        match self {
            Self::One => 1,
            Self::Two => 2,
        }
    }

    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Self::One => Self::Two,
            Self::Two => Self::One,
        }
    }

    /// `minbits_table` in `x509_vfy.c`
    fn bits(self) -> u32 {
        match self {
            Self::One => 80,
            Self::Two => 112,
        }
    }
}

/// What a certificate is wanted for. The product asks for clients only; conformance suites also
/// hold servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    TlsClient,
    TlsServer,
}

/// The outcome of a verification.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// Every error raised, in OpenSSL's order.
    pub errors: Vec<Error>,
    /// The error that remains at the end, which mongod logs. It can differ from the last one raised
    /// when OpenSSL breaks off.
    pub final_error: Option<Error>,
    /// The chain as built, the certificate in question first.
    pub path: Vec<Arc<Certificate>>,
    /// How many of `path`, from the first, are not from the bundle.
    pub untrusted: usize,
    /// What could not be settled here.
    pub undetermined: Option<Undetermined>,
}

impl Verdict {
    /// `Some(true)` accepted, `Some(false)` refused, `None` undetermined.
    pub fn accepted(&self) -> Option<bool> {
        if self.final_error.is_some() || !self.errors.is_empty() {
            // What is undetermined could only add another error.
            Some(false)
        } else if self.undetermined.is_some() {
            None
        } else {
            Some(true)
        }
    }
}

/// Why an outcome is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undetermined {
    /// OpenSSL may be able to verify this signature, this program is not.
    Signature {
        depth: usize,
        algorithm: String,
        key: String,
    },
    /// A name constraint on an internationalised mail address.
    MailConstraint { depth: usize },
    /// [`budget`] was spent.
    Budget,
}

impl fmt::Display for Undetermined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signature {
                depth,
                algorithm,
                key,
            } => write!(
                f,
                "the signature of certificate {depth} of the chain ({algorithm} with a key of \
                 {key}) cannot be verified here, although the server may be able to"
            ),
            Self::MailConstraint { depth } => write!(
                f,
                "certificate {depth} of the chain is limited to internationalised mail addresses, \
                 which cannot be compared here"
            ),
            Self::Budget => f.write_str(
                "there are so many certificates or names to compare that the check was ended",
            ),
        }
    }
}

/// The chain as it stands.
#[derive(Debug)]
struct Path {
    certificates: Vec<Arc<Certificate>>,
    /// How many of them, from the first, are not from the bundle.
    untrusted: usize,
    /// Whether OpenSSL has looked into the leaf's extensions before it checks them: not yet, when
    /// the leaf's key cannot be decoded and nobody of its issuer's name was there.
    leaf_is_examined: bool,
}

/// A verification under way.
#[derive(Debug)]
pub struct Verification {
    store: Arc<TrustStore>,
    profile: Profile,
    path: Path,
    raised: Vec<Error>,
    /// `ctx->error`: the last error, which stays.
    sticky: Option<Error>,
    undetermined: Option<Undetermined>,
    stage: Stage,
    work_left: u64,
}

/// What comes next.
#[derive(Debug)]
enum Stage {
    Begin { sent: Vec<Arc<Certificate>> },
    Build(build::Build),
    Rules,
    Signatures(signatures::Signatures),
    Names(names::Names),
    Resources(resources::Nested),
    Done,
}

/// Whether a stage is through.
#[derive(Debug, PartialEq, Eq)]
enum Flow {
    /// There is more to do in this stage.
    Again,
    /// On to the next stage.
    Next,
    /// OpenSSL breaks off. An earlier error stays the final one.
    Abort,
    /// OpenSSL breaks off and says so: error 1 becomes the final one.
    InternalError,
}

impl Verification {
    /// Begins to verify `leaf`, beside which the client sends `sent`.
    pub fn new(
        leaf: Arc<Certificate>,
        sent: Vec<Arc<Certificate>>,
        store: Arc<TrustStore>,
        profile: Profile,
    ) -> Self {
        Self {
            store,
            profile,
            path: Path {
                leaf_is_examined: leaf.public_key().is_some(),
                certificates: vec![leaf],
                untrusted: 1,
            },
            raised: Vec::new(),
            sticky: None,
            undetermined: None,
            stage: Stage::Begin { sent },
            work_left: budget::VERIFICATION,
        }
    }

    /// Works until `budget` is spent or the verdict is found.
    pub fn step(&mut self, budget: &mut Budget, memory: &mut SignatureMemory) -> Option<Verdict> {
        while !matches!(self.stage, Stage::Done) {
            if self.work_left == 0 {
                self.undetermined = Some(Undetermined::Budget);
                self.stage = Stage::Done;
                break;
            }
            if budget.is_spent() {
                return None;
            }
            let cost = self.advance(memory);
            budget.settle(cost);
            self.work_left = self.work_left.saturating_sub(cost.counted);
        }
        Some(self.verdict())
    }

    /// Works until `budget` is spent or the chain is built, and returns the chain. It is empty when
    /// none of its signatures will be looked at.
    pub(crate) fn build_path(&mut self, budget: &mut Budget) -> Option<&[Arc<Certificate>]> {
        // Building looks at no signature.
        let mut memory = SignatureMemory::default();
        while matches!(self.stage, Stage::Begin { .. } | Stage::Build(_)) && self.work_left > 0 {
            if budget.is_spent() {
                return None;
            }
            let cost = self.advance(&mut memory);
            budget.settle(cost);
            self.work_left = self.work_left.saturating_sub(cost.counted);
        }
        Some(match self.stage {
            Stage::Rules => &self.path.certificates,
            _ => &[],
        })
    }

    /// Does one piece of work and tells how much it was.
    fn advance(&mut self, memory: &mut SignatureMemory) -> Cost {
        let stage = std::mem::replace(&mut self.stage, Stage::Done);
        let (flow, cost, stage) = match stage {
            Stage::Begin { sent } => {
                self.check_leaf_key();
                (Flow::Again, 1.into(), Stage::Build(build::Build::new(sent)))
            }
            Stage::Build(mut build) => {
                let (flow, spent) = self.build(&mut build);
                (flow, spent.into(), Stage::Build(build))
            }
            Stage::Rules => {
                let flow = self.check_rules();
                let spent = self.path.certificates.len() as u64;
                (flow, spent.into(), Stage::Rules)
            }
            Stage::Signatures(mut signatures) => {
                let (flow, cost) = self.check_signature(&mut signatures, memory);
                (flow, cost, Stage::Signatures(signatures))
            }
            Stage::Names(mut names) => {
                let (flow, spent) = self.check_names(&mut names);
                (flow, spent.into(), Stage::Names(names))
            }
            Stage::Resources(mut nested) => {
                let (flow, spent) = self.check_resources(&mut nested);
                (flow, spent.into(), Stage::Resources(nested))
            }
            Stage::Done => (Flow::Abort, 0.into(), Stage::Done),
        };
        self.stage = match (flow, stage) {
            (Flow::Again, stage) => stage,
            (flow @ (Flow::Abort | Flow::InternalError), _) => {
                let depth = self.path.certificates.len() - 1;
                let error = Error {
                    code: Code::Unspecified,
                    depth,
                };
                if flow == Flow::InternalError {
                    self.sticky = Some(error);
                }
                // The safety net at the end of `X509_verify_cert`.
                self.sticky.get_or_insert(error);
                Stage::Done
            }
            (Flow::Next, Stage::Begin { .. } | Stage::Build(_)) => Stage::Rules,
            (Flow::Next, Stage::Rules) => self.begin_signatures(),
            (Flow::Next, Stage::Signatures(_)) => Stage::Names(names::Names::new(&self.path)),
            (Flow::Next, Stage::Names(_)) => Stage::Resources(resources::Nested::default()),
            (Flow::Next, Stage::Resources(_) | Stage::Done) => Stage::Done,
        };
        cost
    }

    /// The rules that need no work to speak of, for the whole chain at once.
    fn check_rules(&mut self) -> Flow {
        self.check_extensions();
        self.check_strength();
        self.check_key_parameters()
    }

    /// `X509_get_pubkey_parameters` breaks off when it meets a key that cannot be decoded before one that
    /// has parameters of its own, which every key has that OpenSSL 3 decodes.
    fn check_key_parameters(&self) -> Flow {
        match self.path.certificates[0].public_key() {
            None => Flow::Abort,
            Some(_) => Flow::Next,
        }
    }

    /// Calls the callback, which lets the verification go on.
    fn raise(&mut self, code: Code, depth: usize) {
        let error = Error { code, depth };
        self.raised.push(error);
        self.sticky = Some(error);
    }

    fn leave_open(&mut self, why: Undetermined) {
        self.undetermined.get_or_insert(why);
    }

    fn verdict(&self) -> Verdict {
        Verdict {
            errors: self.raised.clone(),
            final_error: self.sticky,
            path: self.path.certificates.clone(),
            untrusted: self.path.untrusted,
            undetermined: self.undetermined.clone(),
        }
    }
}

/// Verifies `leaf`, beside which the client sends `sent`, in one go.
pub fn verify(
    leaf: &Arc<Certificate>,
    sent: &[Arc<Certificate>],
    store: &Arc<TrustStore>,
    profile: Profile,
) -> Verdict {
    let mut verification =
        Verification::new(Arc::clone(leaf), sent.to_vec(), Arc::clone(store), profile);
    let mut memory = SignatureMemory::default();
    loop {
        if let Some(verdict) = verification.step(&mut Budget::unlimited(), &mut memory) {
            return verdict;
        }
    }
}
