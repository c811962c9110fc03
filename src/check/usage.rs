//! What is declared but not used, and provisions that nobody accounts for.

use super::clauses::{Law, is_below};
use super::context::{Context, Kind};
use super::declare::Placed;
use super::policy::{Account, Clause};
use crate::diagnostic::Diagnostic;
use crate::syntax::ast::{BlockKind, Name};

impl Context<'_> {
    /// Warns of declarations that nothing uses.
    pub(crate) fn unused(&mut self, placed: &[Placed<'_>]) {
        // Without its facts no condition of a policy was read.
        if self.broken.contains("facts") {
            return;
        }
        let declared: Vec<(Kind, &Name)> = placed
            .iter()
            .filter_map(|one| match &one.block.kind {
                BlockKind::Define { name, .. } => Some((Kind::Definition, name)),
                BlockKind::List(list) => Some((Kind::List, &list.name)),
                BlockKind::Question(question) => Some((Kind::Question, &question.name)),
                BlockKind::Duty { name, .. } => Some((Kind::Duty, name)),
                BlockKind::Record { name, .. } => Some((Kind::Record, name)),
                BlockKind::Enum { name, .. } => Some((Kind::Enum, name)),
                _ => None,
            })
            .collect();
        for (kind, name) in declared {
            if self.used.contains(&(kind, name.text.clone()))
                || self.broken.contains(&name.text)
                || self.duplicated.contains(&name.text)
            {
                continue;
            }
            let message = format!("nothing uses the {} `{}`", kind.word(), name.text);
            self.report(Diagnostic::warning("ukase::check::unused", name.span, message).help("use it or remove it"));
        }
    }

    /// Each provision that an instrument names is a clause, a category, or `unmodelled` with its reason.
    pub(crate) fn provisions(&mut self, placed: &[Placed<'_>], law: &Law) {
        let is_account =
            |kind: &BlockKind| matches!(kind, BlockKind::Unmodelled { .. } | BlockKind::Category(_) | BlockKind::Act(_));
        let accounts: Vec<&Placed<'_>> = placed.iter().filter(|one| is_account(&one.block.kind)).collect();
        for one in placed {
            let (BlockKind::Instrument(instrument), Some(at)) = (&one.block.kind, one.instrument) else { continue };
            for provision in &instrument.provisions {
                if let Some(account) = self.account_of(at, &provision.text, &accounts, law) {
                    self.instruments[at].provisions.push((provision.text.clone(), account));
                    continue;
                }
                if self.broken.contains(&provision.text) {
                    continue;
                }
                let message =
                    format!("provision {} of {} is neither modelled nor `unmodelled`", provision.text, instrument.id.text);
                let diagnostic = Diagnostic::error("ukase::check::provision_missing", provision.span, message);
                self.report(
                    diagnostic.help(format!("write a clause {0}, or `unmodelled {0} \"…\" because \"…\"`", provision.text)),
                );
            }
        }
    }

    /// How a provision is accounted for: by a clause, or by one of the blocks that may account for one.
    fn account_of(&self, instrument: usize, provision: &str, blocks: &[&Placed<'_>], law: &Law) -> Option<Account> {
        let covers = |id: &str| id == provision || is_below(id, provision);
        let of_instrument = |clause: &&Clause| clause.instrument == instrument;
        if law.clauses.iter().filter(of_instrument).any(|clause| covers(&clause.id)) {
            return Some(Account::Clause);
        }
        let id = &self.instruments[instrument].id;
        let accounts = blocks.iter().filter_map(|one| match &one.block.kind {
            BlockKind::Unmodelled { id, .. } => {
                let accounts = covers(&id.text) || is_below(provision, &id.text);
                (one.instrument == Some(instrument) && accounts).then_some(Account::Unmodelled)
            }
            BlockKind::Category(category) => {
                let under = category.under.text.strip_prefix(id.as_str()).and_then(|rest| rest.strip_prefix('/'));
                under.is_some_and(covers).then_some(Account::Category)
            }
            BlockKind::Act(_) => (one.instrument == Some(instrument) && provision == "1").then_some(Account::Act),
            _ => None,
        });
        accounts.min()
    }
}
