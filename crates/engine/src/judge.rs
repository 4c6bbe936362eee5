//! Judging, in turns: beside it messages come in, and whoever asked may have changed their mind.

use std::cell::RefCell;

use pki::{
    engine::{Answer, Engine},
    message::Progress,
    rare,
    verify::Budget,
};

use crate::{platform::Platform, task};

/// How much work is done between two looks at the clock, in the engine's units: about the cost of
/// one signature, the largest piece that cannot be divided.
const STEP: u64 = 4_000;

/// Whoever waits for the answer.
pub(crate) trait Asker {
    /// Hears how far it has come.
    fn tell(&self, progress: Progress);
    /// Whether the answer is still wanted.
    fn is_waiting(&self) -> bool;
}

/// Judges what the engine was told to judge, with the platform's help; `None` when there is nothing to
/// judge, or the answer is not wanted any more.
pub(crate) async fn judge(
    engine: &RefCell<Engine>,
    platform: Platform,
    asker: &impl Asker,
) -> Option<Answer> {
    let mut turn = Turn {
        engine,
        asker,
        platform,
        began: task::ticks(),
    };
    loop {
        turn.verify_beforehand().await?;
        let step = engine.borrow_mut().step(&mut Budget::new(STEP))?;
        if rare::is_missed() {
            return None;
        }
        if let Ok(answer) = step {
            return Some(answer);
        }
        turn.pause().await?;
    }
}

struct Turn<'a, A> {
    engine: &'a RefCell<Engine>,
    asker: &'a A,
    platform: Platform,
    /// When messages were looked at last.
    began: f64,
}

impl<A: Asker> Turn<'_, A> {
    /// Tells how far it has come, and lets messages in when it is time; `None` when the answer is not
    /// wanted any more.
    async fn pause(&mut self) -> Option<()> {
        if task::ticks() - self.began <= task::TURN {
            return Some(());
        }
        let progress = self.engine.borrow().progress();
        if let Some(progress) = progress {
            self.asker.tell(progress);
        }
        task::yield_now().await;
        self.began = task::ticks();
        self.asker.is_waiting().then_some(())
    }

    /// Has the platform verify the signatures that judging will ask for.
    async fn verify_beforehand(&mut self) -> Option<()> {
        if !self.platform.is_there() {
            return Some(());
        }
        loop {
            let wanted = self.engine.borrow_mut().wanted(&mut Budget::new(STEP));
            let Some(wanted) = wanted else { break };
            for signature in wanted {
                self.platform.begin(signature).await;
            }
            self.pause().await?;
        }
        while let Some(signature) = self.platform.next_valid().await {
            self.engine.borrow_mut().confirm(&signature);
            self.pause().await?;
        }
        Some(())
    }
}
