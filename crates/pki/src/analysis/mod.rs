//! From a pile of files to a report, in small steps.
//!
//! An [`Analysis`] decodes the certificates, sorts out what is there for what ([`arrange`]), judges
//! every client, lets the rules of [`crate::findings`] look at the whole, and writes the result down
//! as plain data ([`present`]). Between any two pieces of work it can be left and taken up again.

mod arrange;
mod case;
mod join;
mod pile;
pub(crate) mod present;

use std::sync::Arc;

pub(crate) use case::{Case, CertificateCase, ClientCase, Judged, Place};
pub use pile::{Pile, Placement};

use crate::{
    Report, findings,
    report::Finding,
    verify::{Budget, Profile, SignatureMemory, TrustStore, Verification},
    view::{Details, View},
};

/// What decoding a certificate costs, in the units of [`Budget`]: some 50 µs.
const DECODING: u64 = 1_000;

/// What writing down a certificate's details costs: some 100 µs.
const PRESENTING: u64 = 2_000;

/// What one rule costs for each certificate and client it looks at.
const RULE: u64 = 10;

/// How far an analysis has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Pieces of work done; not all are of one size.
    pub done: usize,
    /// Pieces of work in all, as far as is known yet.
    pub total: usize,
}

/// A pile that is being judged.
#[derive(Debug)]
pub struct Analysis {
    pile: Pile,
    profile: Profile,
    signatures: SignatureMemory,
    stage: Stage,
    progress: Progress,
}

#[derive(Debug)]
enum Stage {
    /// Decoding the certificates of the files, one after another.
    Decode {
        file: usize,
        block: usize,
    },
    /// Judging the clients, each in three situations.
    Judge {
        case: Box<Case>,
        store: Arc<TrustStore>,
        client: usize,
        situation: Situation,
        running: Option<Verification>,
    },
    /// Looking at the roots' own signatures.
    Roots {
        case: Box<Case>,
        root: usize,
    },
    /// Asking the rules.
    Rules {
        case: Box<Case>,
        rule: usize,
        found: Vec<Finding>,
    },
    /// Writing down the certificates.
    Present {
        case: Box<Case>,
        found: Vec<Finding>,
        details: Vec<Details>,
    },
    Done(Box<View>),
}

/// The situations in which each client is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Situation {
    /// It sends everything in its file.
    SendsAll,
    /// It sends its own certificate alone.
    SendsLeaf,
    /// It sends everything, and the server has the other security level.
    OtherLevel,
}

impl Situation {
    const ALL: [Self; 3] = [Self::SendsAll, Self::SendsLeaf, Self::OtherLevel];

    fn next(self) -> Option<Self> {
        match self {
            Self::SendsAll => Some(Self::SendsLeaf),
            Self::SendsLeaf => Some(Self::OtherLevel),
            Self::OtherLevel => None,
        }
    }
}

impl Analysis {
    /// Begins to judge `pile`.
    pub fn new(pile: Pile, profile: Profile) -> Self {
        Self::with_memory(pile, profile, SignatureMemory::default())
    }

    /// Begins to judge `pile`, knowing signatures from an earlier analysis.
    pub fn with_memory(pile: Pile, profile: Profile, signatures: SignatureMemory) -> Self {
        let total = pile.certificate_count() * 2 + findings::RULES.len();
        Self {
            pile,
            profile,
            signatures,
            stage: Stage::Decode { file: 0, block: 0 },
            progress: Progress { done: 0, total },
        }
    }

    /// Works until `budget` is spent or the result is there.
    pub fn step(&mut self, budget: &mut Budget) -> Progress {
        while !self.is_finished() && !budget.is_spent() {
            self.advance(budget);
        }
        self.progress
    }

    /// Works to the end.
    pub fn finish(mut self) -> View {
        loop {
            if let Stage::Done(view) = self.stage {
                return *view;
            }
            self.advance(&mut Budget::unlimited());
        }
    }

    pub fn is_finished(&self) -> bool {
        matches!(self.stage, Stage::Done(_))
    }

    /// The result, when it is there.
    pub fn view(&self) -> Option<&View> {
        match &self.stage {
            Stage::Done(view) => Some(view),
            _ => None,
        }
    }

    /// The report, when it is there.
    pub fn report(&self) -> Option<&Report> {
        self.view().map(|view| &view.report)
    }

    /// What is known of signatures, for another analysis of much the same pile.
    pub fn into_memory(self) -> SignatureMemory {
        self.signatures
    }

    /// Does one piece of work.
    fn advance(&mut self, budget: &mut Budget) {
        let stage = std::mem::replace(&mut self.stage, Stage::Decode { file: 0, block: 0 });
        self.stage = match stage {
            Stage::Decode { file, block } => self.decode(file, block, budget),
            Stage::Judge {
                case,
                store,
                client,
                situation,
                running,
            } => self.judge(case, store, (client, situation), running, budget),
            Stage::Roots { case, root } => self.check_root(case, root, budget),
            Stage::Rules { case, rule, found } => self.apply(case, rule, found, budget),
            Stage::Present {
                case,
                found,
                details,
            } => self.present(case, found, details, budget),
            done @ Stage::Done(_) => done,
        };
    }

    fn decode(&mut self, file: usize, block: usize, budget: &mut Budget) -> Stage {
        match self.pile.file(file) {
            Some(held) if held.decode(block) => {
                budget.spend(DECODING);
                self.progress.done += 1;
                Stage::Decode {
                    file,
                    block: block + 1,
                }
            }
            Some(_) => Stage::Decode {
                file: file + 1,
                block: 0,
            },
            None => {
                let case = Box::new(arrange::arrange(&self.pile, self.profile));
                self.progress.total += case.clients.len() * Situation::ALL.len();
                let authorities = case
                    .bundle
                    .iter()
                    .map(|index| Arc::clone(&case.certificates[*index].certificate));
                let store = Arc::new(TrustStore::new(authorities));
                Stage::Judge {
                    case,
                    store,
                    client: 0,
                    situation: Situation::SendsAll,
                    running: None,
                }
            }
        }
    }

    fn judge(
        &mut self,
        mut case: Box<Case>,
        store: Arc<TrustStore>,
        (client, situation): (usize, Situation),
        running: Option<Verification>,
        budget: &mut Budget,
    ) -> Stage {
        let Some(held) = case.clients.get(client) else {
            return Stage::Roots { case, root: 0 };
        };
        let judged = match held.leaf {
            // There is nothing to verify.
            None => None,
            Some(leaf) => {
                let at = |index: &usize| Arc::clone(&case.certificates[*index].certificate);
                let mut verification = running.unwrap_or_else(|| {
                    let sent = match situation {
                        Situation::SendsLeaf => Vec::new(),
                        _ => held.sent.iter().map(at).collect(),
                    };
                    let mut profile = self.profile;
                    if situation == Situation::OtherLevel {
                        profile.level = profile.level.other();
                    }
                    Verification::new(at(&leaf), sent, Arc::clone(&store), profile)
                });
                if let Some(verdict) = verification.step(budget, &mut self.signatures) {
                    Some(Judged::from_verdict(&verdict, &case))
                } else {
                    let running = Some(verification);
                    return Stage::Judge {
                        case,
                        store,
                        client,
                        situation,
                        running,
                    };
                }
            }
        };
        let held = &mut case.clients[client];
        match situation {
            Situation::SendsAll => held.sends_all = judged,
            Situation::SendsLeaf => held.sends_leaf = judged,
            Situation::OtherLevel => held.other_level = judged,
        }
        self.progress.done += 1;
        let (client, situation) = match situation.next() {
            Some(situation) => (client, situation),
            None => (client + 1, Situation::SendsAll),
        };
        Stage::Judge {
            case,
            store,
            client,
            situation,
            running: None,
        }
    }

    fn check_root(&mut self, mut case: Box<Case>, root: usize, budget: &mut Budget) -> Stage {
        let Some(index) = case.bundle.get(root).copied() else {
            return Stage::Rules {
                case,
                rule: 0,
                found: Vec::new(),
            };
        };
        if case.certificate(index).is_self_signed() {
            let (bad, spent) = self
                .signatures
                .has_bad_self_signature(case.certificate(index));
            case.certificates[index].has_bad_self_signature = bad;
            budget.spend(spent);
        }
        Stage::Roots {
            case,
            root: root + 1,
        }
    }

    fn apply(
        &mut self,
        case: Box<Case>,
        rule: usize,
        mut found: Vec<Finding>,
        budget: &mut Budget,
    ) -> Stage {
        let Some(next) = findings::RULES.get(rule) else {
            findings::sort(&mut found);
            return Stage::Present {
                case,
                found,
                details: Vec::new(),
            };
        };
        next.apply(&case, &mut found);
        budget.spend(RULE * (1 + case.certificates.len() + case.clients.len()) as u64);
        self.progress.done += 1;
        Stage::Rules {
            case,
            rule: rule + 1,
            found,
        }
    }

    fn present(
        &mut self,
        case: Box<Case>,
        found: Vec<Finding>,
        mut details: Vec<Details>,
        budget: &mut Budget,
    ) -> Stage {
        if let Some(next) = case.certificates.get(details.len()) {
            details.push(present::details(next, self.profile.at));
            budget.spend(PRESENTING);
            self.progress.done += 1;
            return Stage::Present {
                case,
                found,
                details,
            };
        }
        self.progress.done = self.progress.total;
        Stage::Done(Box::new(present::view(&case, found, details)))
    }
}
