//! What the Check place knows, and how each happening changes it.
//!
//! One reducer over plain data. What takes time or touches the browser is done by the desk
//! ([`super::desk`]), which tells the outcome here.

use std::rc::Rc;

use pki::Timestamp;
use yew::Reducible;

use crate::{
    certificates::{
        clients::PAGE,
        found::{Filter, Found},
        work::{Unread, Work},
    },
    engine::{LEVEL, Lost},
};

#[derive(Clone, Debug, PartialEq)]
pub(super) struct State {
    pub(super) work: Work,
    /// What was found last; it stays on the screen while more is being worked on.
    pub(super) found: Option<Rc<Found>>,
    /// How many verdicts there have been: each new one takes the focus to its heading.
    pub(super) verdicts: u32,
    /// The day to judge for; `None` is today.
    pub(super) day: Option<Timestamp>,
    pub(super) level: u8,
    /// Files that were not read.
    pub(super) unread: Vec<Unread>,
    /// The engine has ended, and goes on when the person says so.
    pub(super) ended: Option<Lost>,
    pub(super) filter: Filter,
    /// How many clients of the list are shown.
    pub(super) shown: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Action {
    Working(Work),
    NotRead(Unread),
    Ended(Option<Lost>),
    /// A judgement is finished.
    Judged(Rc<Found>),
    /// There is nothing to judge: everything was taken away, or nothing of it was kept.
    Emptied,
    JudgeFor {
        day: Option<Timestamp>,
        level: u8,
    },
    ShowOnly(Filter),
    ShowMore,
    ForgetUnread,
    StartOver,
}

impl Default for State {
    fn default() -> Self {
        Self {
            work: Work::Idle,
            found: None,
            verdicts: 0,
            day: None,
            level: LEVEL,
            unread: Vec::new(),
            ended: None,
            filter: Filter::default(),
            shown: PAGE,
        }
    }
}

impl Reducible for State {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut next = Rc::unwrap_or_clone(self);
        match action {
            Action::Working(work) => next.work = work,
            Action::NotRead(unread) => next.unread.push(unread),
            Action::Ended(lost) => next.ended = lost,
            Action::Judged(found) => {
                next.work = Work::Idle;
                next.verdicts += 1;
                next.shown = PAGE;
                // A filter that was set for another pile would hide what has just come.
                next.filter = Filter::default();
                next.found = Some(found);
            }
            Action::Emptied => {
                next.work = Work::Idle;
                next.verdicts += 1;
                next.found = None;
            }
            Action::JudgeFor { day, level } => {
                next.day = day;
                next.level = level;
            }
            Action::ShowOnly(filter) => {
                next.filter = filter;
                next.shown = PAGE;
            }
            Action::ShowMore => next.shown += PAGE,
            Action::ForgetUnread => next.unread.clear(),
            Action::StartOver => {
                next = Self {
                    verdicts: next.verdicts,
                    ..Self::default()
                };
            }
        }
        Rc::new(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{certificates::found::Outcome, engine::fixture::view};

    fn after(actions: Vec<Action>) -> Rc<State> {
        actions
            .into_iter()
            .fold(Rc::new(State::default()), Reducible::reduce)
    }

    fn judged() -> Action {
        Action::Judged(Rc::new(Found::new(view(&[]))))
    }

    fn unread() -> Action {
        Action::NotRead(Unread {
            name: "disk.iso".to_owned(),
            why: "too long".to_owned(),
        })
    }

    #[test]
    fn a_verdict_ends_the_work_and_clears_the_filter() {
        let state = after(vec![
            Action::Working(Work::Judging { done: 1, total: 2 }),
            Action::ShowOnly(Filter {
                outcome: Some(Outcome::Refused),
                text: "x".to_owned(),
            }),
            Action::ShowMore,
            judged(),
        ]);
        assert_eq!(state.work, Work::Idle);
        assert_eq!(state.filter, Filter::default());
        assert_eq!((state.verdicts, state.shown), (1, PAGE));
    }

    #[test]
    fn what_was_found_stays_while_more_is_read() {
        let state = after(vec![
            judged(),
            Action::Working(Work::Reading { done: 0, total: 3 }),
        ]);
        assert!(state.found.is_some());
    }

    #[test]
    fn starting_over_forgets_all_but_the_count_of_verdicts() {
        let state = after(vec![
            judged(),
            Action::JudgeFor {
                day: Some(Timestamp::from_unix(0)),
                level: 1,
            },
            unread(),
            Action::StartOver,
        ]);
        assert_eq!(
            *state,
            State {
                verdicts: 1,
                ..State::default()
            }
        );
    }
}
