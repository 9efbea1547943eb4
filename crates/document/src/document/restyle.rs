//! Styles: which are out of date, and computing them again.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::state::Document;
use crate::codes;
use crate::limits::MAX_RULES;
use crate::source::{Origin, Source};
use crate::style::builtin;
use crate::style::cascade::Cascade;
use crate::style::computed::Style;
use crate::style::sheet::{self, Item, SheetText};
use crate::tree::arena::Stale;
use crate::tree::id::NodeId;

/// How much of the style of an element is out of date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Work {
    /// The values, from the same rules.
    Values,
    /// Also the rules.
    Rules,
    /// Also the rules of all in the element.
    Subtree,
}

impl Document {
    /// Reads all sheets with the colours of the theme.
    pub(super) fn read_sheets(&mut self) {
        let mut cascade = Cascade::default();
        self.at_rules.clear();
        let further = Source::new("style of the panel", self.options.sheet.as_str());
        let own = self.template.sheet_texts().to_vec();
        let sheets = [(builtin::sheet(), false)].into_iter();
        let sheets = sheets.chain(own.into_iter().map(|text| (text, true)));
        let sheets = sheets.chain([(SheetText::whole(&further), true)]);
        let mut count = 0;
        for (text, is_own) in sheets {
            for item in sheet::read(&text, &self.options.theme, &mut self.report) {
                match item {
                    Item::Rule(rule) => {
                        let theme = self.options.theme.name();
                        let viewport = &self.options.viewport;
                        if rule
                            .media
                            .iter()
                            .all(|media| media.matches(viewport, theme))
                        {
                            count += rule.selectors.len();
                            if count > MAX_RULES {
                                let message = format!("more than {MAX_RULES} rules");
                                let origin = Origin::new(&text.source, text.start);
                                self.report
                                    .error(codes::LIMIT, &origin, message, "Use fewer.");
                                break;
                            }
                            cascade.add(rule, is_own);
                        }
                    }
                    Item::At(rule) => self.at_rules.push(rule),
                    // Loaded with the template.
                    Item::Import(..) => {}
                }
            }
        }
        self.cascade = cascade;
    }

    pub(super) fn restyle_all(&mut self) {
        self.tree.stale.push((self.root, Stale::Subtree));
        self.restyle();
    }

    /// Computes the styles that are out of date. An [`update`](Self::update) does so as well.
    pub fn refresh_styles(&mut self) {
        self.restyle();
    }

    /// Computes the styles that are out of date.
    pub(super) fn restyle(&mut self) {
        if self.tree.stale.is_empty() {
            return;
        }
        let stale = std::mem::take(&mut self.tree.stale);
        let mut work: BTreeMap<NodeId, Work> = BTreeMap::new();
        let mut add = |node: NodeId, more: Work| {
            let known = work.entry(node).or_insert(more);
            *known = (*known).max(more);
        };
        for (node, what) in stale {
            let found = &self.cascade.dependencies;
            let is_deep = match &what {
                Stale::Subtree => {
                    add(node, Work::Subtree);
                    continue;
                }
                Stale::Inline => {
                    add(node, Work::Values);
                    continue;
                }
                Stale::Children => {
                    if found.has_siblings {
                        add(node, Work::Subtree);
                    }
                    continue;
                }
                Stale::Class(class) => found.classes.contains(class),
                Stale::Attribute(name) => found.attributes.contains(name),
                Stale::Id => found.has_ids,
                Stale::State => found.has_states,
            };
            add(node, if is_deep { Work::Subtree } else { Work::Rules });
            if found.has_siblings
                && let Some(parent) = self.tree.parent(node)
            {
                add(parent, Work::Subtree);
            }
        }
        // Parents first: what they pass on is then known.
        let mut order: Vec<(usize, NodeId, Work)> = work
            .into_iter()
            .filter(|(node, _)| self.tree.is_within(*node, self.root))
            .map(|(node, work)| (self.tree.depth(node), node, work))
            .collect();
        order.sort_unstable();
        let mut done: rustc_hash::FxHashSet<NodeId> = rustc_hash::FxHashSet::default();
        for (_, node, work) in order {
            if !done.contains(&node) {
                self.style(node, work, &mut done);
            }
        }
    }

    /// Computes the style of an element, and of those in it that depend on it. The depth of the tree
    /// is bounded.
    fn style(&mut self, node: NodeId, work: Work, done: &mut rustc_hash::FxHashSet<NodeId>) {
        if work > Work::Values {
            let rules = self.cascade.rules_for(&self.tree, node);
            if let Some(element) = self.tree.element_mut(node) {
                element.rules = rules;
            }
        }
        let Some(element) = self.tree.element(node) else {
            return;
        };
        let parent = self
            .tree
            .parent(node)
            .and_then(|parent| self.tree.element(parent));
        let default = Style::default();
        let parent = parent.map_or(&default, |parent| &parent.style);
        let root = self.tree.element(self.root).map(|root| &root.style);
        let root_size = root
            .and_then(|root| root.get("font-size"))
            .filter(|_| node != self.root);
        let style = self
            .cascade
            .compute(element, parent, root_size.as_ref(), &mut self.report);
        let is_same = element.style == style;
        let passes_on = !Arc::ptr_eq(&element.style.inherited, &style.inherited)
            && element.style.inherited != style.inherited;
        if !is_same {
            self.tree.set_style(node, style);
        }
        if work == Work::Subtree {
            done.insert(node);
        } else if !passes_on {
            return;
        }
        let below = if work == Work::Subtree {
            Work::Subtree
        } else {
            Work::Values
        };
        for child in self.tree.children(node).to_vec() {
            self.style(child, below, done);
        }
    }
}
