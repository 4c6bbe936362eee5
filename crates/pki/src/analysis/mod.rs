//! From a pile of files to a report, in small steps.
//!
//! An [`Analysis`] decodes the certificates, sorts out what is there for what ([`arrange`]), judges
//! every client, lets the rules of [`crate::findings`] look at the whole, and writes the result down
//! as plain data ([`present`]). Between any two pieces of work it can be left and taken up again.

mod arrange;
mod join;
mod likely;
mod pairs;
mod present;
mod signers;
mod wanted;

use std::sync::Arc;

pub use crate::case::{Pile, title::title};
pub use crate::{message::Progress, placement::Placement};
pub use likely::Likely;

use crate::{
    Report,
    case::{Case, ClientCase, Judged},
    certificate::TrustSettings,
    findings,
    input::Content,
    report::Finding,
    verify::{
        self, Budget, Profile, SignatureMemory, TrustStore, Verification, platform::WantedSignature,
    },
    view::{Outline, View},
};
use arrange::Arranging;
use pairs::Pairs;
use present::Presenting;
use signers::Signers;
use wanted::Seeking;

/// What decoding a certificate costs, in the units of [`Budget`]: some 50 µs, and 25 ns an octet.
const DECODING: u64 = 1_000;
const OCTETS_A_UNIT: usize = 2;

/// What writing down a certificate's details costs: some 100 µs, and as much an octet.
const PRESENTING: u64 = 2_000;

/// What writing down a client costs: some 20 µs.
const CLIENT: u64 = 400;

/// What one rule costs for each certificate and client it looks at.
const RULE: u64 = 10;

/// Verifications that are planned for a certificate as long as nobody knows what it is.
const SITUATIONS: usize = Situation::ALL.len();

/// A pile that is being judged.
#[derive(Debug)]
pub struct Analysis {
    pile: Pile,
    profile: Profile,
    signatures: SignatureMemory,
    /// The search for signatures that somebody else may verify, if anybody asks for them.
    seeking: Seeking,
    stage: Stage,
    progress: Progress,
    /// Pieces of work that are planned for everything before the rules.
    planned: usize,
    /// Work that verifications may still cause. Those begun when there is none are left open.
    work_left: u64,
}

#[derive(Debug)]
enum Stage {
    /// Decoding the certificates of the files, one after another.
    Decode {
        file: usize,
        block: usize,
    },
    /// Sorting out what is there for what.
    Arrange(Box<Arranging>),
    /// Finding the certificates that private keys belong to.
    Pairs {
        case: Box<Case>,
        pairs: Pairs,
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
    /// Looking for who signed what the issuer of its name did not.
    Signers {
        case: Box<Case>,
        signers: Signers,
    },
    /// Asking the rules.
    Rules {
        case: Box<Case>,
        rule: usize,
        found: Vec<Finding>,
    },
    /// Writing down the certificates and the clients.
    Present(Box<Presenting>),
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

    /// Whether the verdict is that on sending everything.
    fn is_settled(self, client: &ClientCase, case: &Case) -> bool {
        match self {
            Self::SendsAll => false,
            // It has nothing else to send.
            Self::SendsLeaf => client.sent.is_empty(),
            Self::OtherLevel => {
                let judged = client.sends_all.as_ref();
                judged.is_some_and(|judged| judged.holds_at_both_levels(case))
            }
        }
    }

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
    pub fn with_memory(pile: Pile, profile: Profile, mut signatures: SignatureMemory) -> Self {
        signatures.begin();
        let count = pile.certificate_count();
        let planned = count * (1 + SITUATIONS);
        let total = planned + findings::RULES.len() + count;
        Self {
            pile,
            profile,
            signatures,
            seeking: Seeking::default(),
            stage: Stage::Decode { file: 0, block: 0 },
            progress: Progress { done: 0, total },
            planned,
            work_left: verify::WORK_OF_A_PILE,
        }
    }

    /// Works until `budget` is spent or the result is there.
    pub fn step(&mut self, budget: &mut Budget) -> Progress {
        while !self.is_finished() && !budget.is_spent() {
            self.advance(budget);
        }
        self.progress
    }

    /// How far it has come.
    pub fn progress(&self) -> Progress {
        self.progress
    }

    /// The next signatures that judging this pile will ask for, and that somebody faster may verify
    /// beforehand (see [`platform`](verify::platform)); `None` when there are no more.
    ///
    /// Works until `budget` is spent, also on what comes before judging. Each call goes on where the
    /// last one stopped, and [`Self::step`] goes on from there. Whoever does not ask misses nothing
    /// but time.
    pub fn wanted(&mut self, budget: &mut Budget) -> Option<Vec<WantedSignature>> {
        let mut wanted = Vec::new();
        while !budget.is_spent() {
            match &self.stage {
                Stage::Decode { .. } | Stage::Arrange(_) | Stage::Pairs { .. } => {
                    self.advance(budget);
                }
                Stage::Judge { case, store, .. } => {
                    let known = &self.signatures;
                    let Some(found) = self.seeking.advance(case, store, known, budget) else {
                        return (!wanted.is_empty()).then_some(wanted);
                    };
                    wanted.extend(found);
                }
                _ => return None,
            }
        }
        Some(wanted)
    }

    /// Takes the word of whoever verified a signature that it is valid. For any other answer this is
    /// not called: then the engine looks for itself.
    pub fn confirm(&mut self, signature: &WantedSignature) {
        self.signatures.confirm(signature);
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

    /// Works to the end, and leaves out what only a screen shows of each certificate, which takes longer
    /// than all of the rest but the signatures.
    pub fn outline(mut self) -> Outline {
        loop {
            match self.stage {
                Stage::Present(presenting) => return presenting.outline(),
                Stage::Done(view) => return (*view).into(),
                _ => self.advance(&mut Budget::unlimited()),
            }
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

    /// What is known of signatures.
    pub fn memory(&self) -> &SignatureMemory {
        &self.signatures
    }

    /// What is known of signatures, for another analysis of much the same pile.
    pub fn into_memory(self) -> SignatureMemory {
        self.signatures
    }

    /// Does one piece of work.
    fn advance(&mut self, budget: &mut Budget) {
        let before = budget.used();
        let stage = std::mem::replace(&mut self.stage, Stage::Decode { file: 0, block: 0 });
        self.stage = match stage {
            Stage::Decode { file, block } => self.decode(file, block, budget),
            Stage::Arrange(arranging) => self.arrange(*arranging, budget),
            Stage::Pairs { case, pairs } => Self::pair(case, pairs, budget),
            Stage::Judge {
                case,
                store,
                client,
                situation,
                running,
            } => self.judge(case, store, (client, situation), running, budget),
            Stage::Roots { case, root } => self.check_root(case, root, budget),
            Stage::Signers { case, signers } => self.find_signer(case, signers, budget),
            Stage::Rules { case, rule, found } => self.apply(case, rule, found, budget),
            Stage::Present(presenting) => self.present(presenting, budget),
            done @ Stage::Done(_) => done,
        };
        // Nothing is for nothing, or a thousand small pieces could pass for none.
        if budget.used() == before {
            budget.spend(1);
        }
    }

    fn decode(&mut self, file: usize, block: usize, budget: &mut Budget) -> Stage {
        let Some(held) = self.pile.file(file) else {
            let arranging = Arranging::new(&self.pile, self.profile);
            return Stage::Arrange(Box::new(arranging));
        };
        let next = held
            .contents
            .blocks
            .iter()
            .enumerate()
            .skip(block)
            .find_map(|(at, block)| match &block.content {
                Content::Certificate { der, .. } => Some((at, der.len())),
                _ => None,
            });
        if let Some((at, length)) = next {
            held.decode(at);
            budget.spend(DECODING + (length / OCTETS_A_UNIT) as u64);
            self.progress.done += 1;
            Stage::Decode {
                file,
                block: at + 1,
            }
        } else {
            Stage::Decode {
                file: file + 1,
                block: 0,
            }
        }
    }

    fn arrange(&mut self, arranging: Arranging, budget: &mut Budget) -> Stage {
        let (arranged, spent) = arranging.advance(&self.pile);
        budget.spend(spent);
        match arranged {
            Err(arranging) => Stage::Arrange(Box::new(arranging)),
            Ok(case) => {
                budget.spend(RULE * case.certificates.len() as u64);
                let pairs = Pairs::new(&case);
                Stage::Pairs { case, pairs }
            }
        }
    }

    fn pair(mut case: Box<Case>, mut pairs: Pairs, budget: &mut Budget) -> Stage {
        if let Some(spent) = pairs.advance(&mut case) {
            budget.spend(spent);
            return Stage::Pairs { case, pairs };
        }
        budget.spend(RULE * case.bundle.len() as u64);
        let authorities = case
            .bundle
            .iter()
            .map(|index| Arc::clone(&case.certificates[*index].certificate));
        let settings = case.authorities().filter_map(|(_, held)| {
            let settings = held.settings(&case.files);
            let says_something = *settings != TrustSettings::default();
            says_something.then(|| (held.certificate.sha256(), settings.clone()))
        });
        let store = Arc::new(TrustStore::with_settings(authorities, settings.collect()));
        Stage::Judge {
            case,
            store,
            client: 0,
            situation: Situation::SendsAll,
            running: None,
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
            // What was planned for certificates that are no clients, or come twice, is done.
            self.progress.done = self.planned;
            return Stage::Roots { case, root: 0 };
        };
        let judged = match held.leaf {
            // There is nothing to verify.
            None => None,
            Some(_) if situation.is_settled(held, &case) => held.sends_all.clone(),
            Some(leaf) if running.is_none() && self.work_left == 0 => Some(Judged::left_open(leaf)),
            Some(leaf) => {
                let at = |index: &usize| Arc::clone(&case.certificates[*index].certificate);
                let before = budget.counted();
                let mut verification = running.unwrap_or_else(|| {
                    // Everything that is sent is taken up once.
                    budget.spend(1 + held.sent.len() as u64 / 4);
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
                let verdict = verification.step(budget, &mut self.signatures);
                let counted = budget.counted() - before;
                self.work_left = self.work_left.saturating_sub(counted);
                if let Some(verdict) = verdict {
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
        if let (Situation::SendsAll, Some(judged), Some(leaf)) = (situation, &judged, held.leaf) {
            budget.spend(judged.path.len() as u64);
            case.note_use(leaf, judged);
        }
        let held = &mut case.clients[client];
        match situation {
            Situation::SendsAll => held.sends_all = judged,
            Situation::SendsLeaf => held.sends_leaf = judged,
            Situation::OtherLevel => held.other_level = judged,
        }
        self.progress.done = (self.progress.done + 1).min(self.planned);
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
            budget.spend(signers::LOOK * (case.clients.len() + case.certificates.len()) as u64);
            let signers = Signers::new(&case);
            return Stage::Signers { case, signers };
        };
        if case.certificate(index).is_self_signed() && self.work_left > 0 {
            let (bad, cost) = self
                .signatures
                .has_bad_self_signature(case.certificate(index));
            case.certificates[index].has_bad_self_signature = bad;
            budget.settle(cost);
            self.work_left = self.work_left.saturating_sub(cost.counted);
        }
        Stage::Roots {
            case,
            root: root + 1,
        }
    }

    fn find_signer(
        &mut self,
        mut case: Box<Case>,
        mut signers: Signers,
        budget: &mut Budget,
    ) -> Stage {
        let found = match self.work_left {
            0 => None,
            _ => signers.advance(&mut case, &mut self.signatures),
        };
        let Some(cost) = found else {
            return Stage::Rules {
                case,
                rule: 0,
                found: Vec::new(),
            };
        };
        budget.settle(cost);
        self.work_left = self.work_left.saturating_sub(cost.counted);
        Stage::Signers { case, signers }
    }

    fn apply(
        &mut self,
        case: Box<Case>,
        rule: usize,
        mut found: Vec<Finding>,
        budget: &mut Budget,
    ) -> Stage {
        let Some(next) = findings::RULES.get(rule) else {
            budget.spend(found.len() as u64);
            return Stage::Present(Box::new(Presenting::new(case, findings::sorted(found))));
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

    fn present(&mut self, mut presenting: Box<Presenting>, budget: &mut Budget) -> Stage {
        match presenting.advance() {
            Some(present::Piece::Certificate { octets }) => {
                budget.spend(PRESENTING + (octets / OCTETS_A_UNIT) as u64);
                self.progress.done = (self.progress.done + 1).min(self.progress.total);
                Stage::Present(presenting)
            }
            Some(present::Piece::Client) => {
                budget.spend(CLIENT);
                Stage::Present(presenting)
            }
            None => {
                self.progress.done = self.progress.total;
                Stage::Done(Box::new(presenting.finish()))
            }
        }
    }
}
