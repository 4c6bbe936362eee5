//! Where carrying the plan out stands, in words, and what can be done next.

use atlas::{
    apply::{Apply, ClusterProgress, Outcome, Phase, Progress},
    error::Explanation,
    plan::Step,
};

use crate::words;

/// What the step says above everything else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) sign: Sign,
    pub(crate) title: String,
    pub(crate) text: String,
    /// A failure that concerns the whole.
    pub(crate) why: Option<Explanation>,
    pub(crate) done: usize,
    pub(crate) total: usize,
    /// What is being done at this moment.
    pub(crate) now: String,
    pub(crate) can_stop: bool,
    pub(crate) go_on: Option<Move>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    Good,
    Bad,
    Attention,
    Plain,
}

/// What can be done next, with the words on the button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Move {
    /// Begins a run.
    Run(&'static str),
    /// Leads to the last step.
    Finish(&'static str),
    /// Agrees to another difference.
    Agree,
}

/// The way on. After a plan that switches self-managed X.509 off nobody logs in.
fn to_finish(apply: &Apply) -> Move {
    Move::Finish(if switches_off(apply) {
        "Go on"
    } else {
        "Go on: see how to log in"
    })
}

fn switches_off(apply: &Apply) -> bool {
    let mut steps = apply.steps().iter();
    steps.any(|progress| matches!(progress.step, Step::Disable { .. }))
}

impl Standing {
    /// Of a plan, and whether it is being carried out at this moment.
    pub(crate) fn of(apply: &Apply, applying: bool) -> Self {
        let counts = Counts::of(apply.steps());
        let total = apply.steps().len();
        let base = Self {
            sign: Sign::Plain,
            title: String::new(),
            text: String::new(),
            why: None,
            done: counts.done,
            total,
            now: String::new(),
            can_stop: false,
            go_on: None,
        };
        let say = |sign, title: &str, text: String, go_on| Self {
            sign,
            title: title.to_owned(),
            text,
            go_on,
            ..base.clone()
        };
        let so_far = so_far(&counts, total);
        match apply.phase() {
            Phase::Ready | Phase::Running | Phase::Stopped if applying => Self {
                now: now(apply.steps(), counts.done, total),
                can_stop: true,
                ..say(Sign::Plain, "Applying the changes", String::new(), None)
            },
            Phase::Ready => say(
                Sign::Plain,
                "The plan is ready",
                "Nothing of it has been sent yet. What Atlas has is read again first.".to_owned(),
                Some(Move::Run("Apply the changes")),
            ),
            Phase::Running => say(
                Sign::Attention,
                "This was interrupted",
                format!(
                    "{so_far} Nothing is lost: when you go on, what Atlas has is read first, and \
                     nothing is done twice."
                ),
                Some(Move::Run("Resume")),
            ),
            Phase::Stopped => say(
                Sign::Attention,
                "Stopped",
                format!("{so_far} The rest has not been sent. Go on whenever you like."),
                Some(Move::Run("Resume")),
            ),
            Phase::Unread { why } => Self {
                why: Some(why.clone()),
                ..say(
                    Sign::Bad,
                    "What Atlas has could not be read",
                    format!("{so_far} Nothing more was sent."),
                    Some(Move::Run("Try again")),
                )
            },
            Phase::Incomplete => incomplete(total - counts.done, total, say),
            Phase::Changed { .. } => say(
                Sign::Attention,
                "Atlas was changed by somebody else meanwhile",
                format!("{so_far} The rest waits until you have agreed to what would change now."),
                Some(Move::Agree),
            ),
            Phase::Waiting { trouble } => Self {
                why: trouble.clone(),
                ..waiting(apply, applying, say)
            },
            Phase::Finished => finished(apply, say),
        }
    }
}

fn incomplete(
    left: usize,
    total: usize,
    say: impl Fn(Sign, &str, String, Option<Move>) -> Standing,
) -> Standing {
    say(
        Sign::Bad,
        &format!(
            "{} of {} {} not done",
            words::grouped(left as u64),
            words::count(total, "change", "changes"),
            if left == 1 { "is" } else { "are" },
        ),
        "Each one that failed says why below. Try again when that is mended: what Atlas has \
         is read first, and only what is missing is done. When it is the plan that has to \
         change, go back, change it, and check it anew."
            .to_owned(),
        Some(Move::Run("Try again")),
    )
}

fn waiting(
    apply: &Apply,
    applying: bool,
    say: impl Fn(Sign, &str, String, Option<Move>) -> Standing,
) -> Standing {
    let restarts = apply
        .steps()
        .iter()
        .any(|progress| progress.step.restarts());
    let how_long = if switches_off(apply) {
        "The nodes restart one by one, which takes some minutes for each cluster. Until a cluster \
         has taken up the change, users may still log in to it with their certificates."
    } else if restarts {
        "The nodes restart one by one, which takes some minutes for each cluster. Until a cluster \
         has taken up the change, a new user cannot log in to it."
    } else {
        "Until a cluster has taken up the change, usually within a minute, a new user cannot log in \
         to it."
    };
    let ready =
        !apply.clusters().is_empty() && apply.clusters().iter().all(ClusterProgress::is_ready);
    if applying && ready {
        say(
            Sign::Plain,
            "Every cluster says that it is ready; checking once more",
            "A restart can begin a moment after the change, so the clusters are asked twice."
                .to_owned(),
            Some(to_finish(apply)),
        )
    } else if applying {
        say(
            Sign::Plain,
            "Everything is in Atlas; the clusters are taking it up",
            format!(
                "{how_long} You need not wait here: asking goes on while you look at something else."
            ),
            Some(to_finish(apply)),
        )
    } else {
        say(
            Sign::Attention,
            "Everything is in Atlas; we don't know whether the clusters are ready",
            format!("{how_long} Check again to see how far they are."),
            Some(Move::Run("Check the clusters again")),
        )
    }
}

fn finished(apply: &Apply, say: impl Fn(Sign, &str, String, Option<Move>) -> Standing) -> Standing {
    let paused: Vec<String> = apply
        .clusters()
        .iter()
        .filter(|cluster| cluster.paused)
        .map(|cluster| cluster.name.clone())
        .collect();
    let mut text = match (apply.steps().len(), paused.as_slice()) {
        (0, _) => nothing_sent(apply),
        (_, []) => "Every change is in Atlas, was read back and compared, and every cluster has \
                    taken it up."
            .to_owned(),
        (_, paused) => format!(
            "Every change is in Atlas, was read back and compared. {} {}; every other cluster has.",
            words::list(paused),
            if paused.len() == 1 {
                "is paused and takes it up when it's resumed"
            } else {
                "are paused and take it up when they're resumed"
            },
        ),
    };
    if switches_off(apply) {
        text.push_str(" Nobody can log in with a certificate of your own CA now.");
    }
    let title = if apply.steps().is_empty() {
        "Nothing had to change"
    } else {
        "Done"
    };
    say(Sign::Good, title, text, Some(to_finish(apply)))
}

/// Why there was nothing to send.
fn nothing_sent(apply: &Apply) -> String {
    let deleted: Vec<String> = apply.left_out().map(str::to_owned).collect();
    if deleted.is_empty() {
        return "Atlas had everything already; nothing was sent.".to_owned();
    }
    format!(
        "Nothing was sent. Somebody else deleted {}, and {} deleted.",
        words::list(&deleted),
        if deleted.len() == 1 {
            "it stays"
        } else {
            "they stay"
        },
    )
}

/// `12 of 21 changes are done.`
fn so_far(counts: &Counts, total: usize) -> String {
    if counts.done == 0 {
        return "None of the changes is done yet.".to_owned();
    }
    format!(
        "{} of {} {} done.",
        words::grouped(counts.done as u64),
        words::count(total, "change", "changes"),
        if counts.done == 1 { "is" } else { "are" },
    )
}

/// What is being done, with how many are done before it.
fn now(steps: &[Progress], done: usize, total: usize) -> String {
    let trying = steps
        .iter()
        .find(|progress| progress.outcome == Outcome::Trying);
    let (done, total) = (words::grouped(done as u64), words::grouped(total as u64));
    match trying {
        Some(progress) => format!("{done} of {total} done. Now: {}", progress.step.title()),
        None => format!("{done} of {total} done. Reading what Atlas has."),
    }
}

/// How many steps stand how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) failed: usize,
    pub(crate) under_way: usize,
    pub(crate) done: usize,
    pub(crate) not_tried: usize,
}

/// How a step stands, for filtering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    Failed,
    UnderWay,
    Done,
    NotTried,
}

impl Group {
    pub(crate) const ALL: [Self; 4] = [Self::Failed, Self::UnderWay, Self::Done, Self::NotTried];

    pub(crate) fn of(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Failed { .. } => Self::Failed,
            Outcome::Trying => Self::UnderWay,
            Outcome::Done { .. } => Self::Done,
            Outcome::NotTried => Self::NotTried,
        }
    }

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Failed => "Failed",
            Self::UnderWay => "Under way",
            Self::Done => "Done",
            Self::NotTried => "Not tried",
        }
    }
}

impl Counts {
    pub(crate) fn of(steps: &[Progress]) -> Self {
        let mut counts = Self::default();
        for progress in steps {
            *match Group::of(&progress.outcome) {
                Group::Failed => &mut counts.failed,
                Group::UnderWay => &mut counts.under_way,
                Group::Done => &mut counts.done,
                Group::NotTried => &mut counts.not_tried,
            } += 1;
        }
        counts
    }

    pub(crate) fn count(&self, group: Group) -> usize {
        match group {
            Group::Failed => self.failed,
            Group::UnderWay => self.under_way,
            Group::Done => self.done,
            Group::NotTried => self.not_tried,
        }
    }
}

/// The steps to show, as indexes: failed ones first, the others in the order of the plan.
pub(crate) fn shown(steps: &[Progress], only: Option<Group>, text: &str) -> Vec<usize> {
    let text = text.trim().to_lowercase();
    let matches = |progress: &Progress| {
        only.is_none_or(|group| Group::of(&progress.outcome) == group)
            && (text.is_empty() || progress.step.title().to_lowercase().contains(&text))
    };
    let of = |failed: bool| {
        let wanted = move |progress: &Progress| progress.outcome.is_failed() == failed;
        steps
            .iter()
            .enumerate()
            .filter(move |(_, progress)| wanted(progress))
            .filter(|(_, progress)| matches(progress))
            .map(|(index, _)| index)
            .collect::<Vec<_>>()
    };
    [of(true), of(false)].concat()
}

#[cfg(test)]
mod tests;
