//! Whether what takes long is still wanted when it comes back.

use std::{cell::Cell, rc::Rc};

/// Whose turn it is: at most one at a time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Turns(Rc<Cell<u32>>);

/// A turn. It is over as soon as another one begins, or is ended.
#[derive(Clone, Debug, Default)]
pub(crate) struct Turn {
    turns: Turns,
    number: u32,
}

impl Turns {
    pub(crate) fn begin(&self) -> Turn {
        self.end();
        Turn {
            turns: self.clone(),
            number: self.0.get(),
        }
    }

    /// Whatever comes back is not wanted any more.
    pub(crate) fn end(&self) {
        self.0.set(self.0.get().wrapping_add(1));
    }
}

impl Turn {
    pub(crate) fn is_mine(&self) -> bool {
        self.turns.0.get() == self.number
    }

    /// `None`: it is over.
    pub(crate) fn still(&self) -> Option<()> {
        self.is_mine().then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_is_over_when_another_begins_or_it_is_ended() {
        let turns = Turns::default();
        let first = turns.begin();
        assert!(first.is_mine());
        let second = turns.clone().begin();
        assert!(!first.is_mine() && second.is_mine());
        turns.end();
        assert_eq!(second.still(), None);
    }
}
