//! Files as nodes, uses as arrows, and the circles among them.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};
use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};

/// One file uses names of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Arrow {
    /// The file that uses them.
    pub(crate) from: Utf8PathBuf,
    /// The file that defines them.
    pub(crate) to: Utf8PathBuf,
    /// The names, sorted; `*` where all are imported.
    pub(crate) names: BTreeSet<String>,
}

impl Arrow {
    /// One line for people: `a.rs -> b.rs: X, Y`, with paths below `root`.
    pub(crate) fn shown(&self, root: &Utf8Path) -> String {
        let below = |path: &Utf8Path| path.strip_prefix(root).unwrap_or(path).to_string();
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        format!(
            "{} -> {}: {}",
            below(&self.from),
            below(&self.to),
            names.join(", ")
        )
    }
}

/// Arrows while they are collected: one for each pair of files, with all names.
#[derive(Debug, Default)]
pub(super) struct Arrows(BTreeMap<(Utf8PathBuf, Utf8PathBuf), BTreeSet<String>>);

impl Arrows {
    /// Adds a name; a file's use of itself is no arrow.
    pub(super) fn add(&mut self, from: &Utf8Path, to: &Utf8Path, name: &str) {
        if from != to {
            let key = (from.to_owned(), to.to_owned());
            self.0.entry(key).or_default().insert(name.to_owned());
        }
    }

    /// The arrows, sorted by their files.
    pub(super) fn finish(self) -> Vec<Arrow> {
        self.0
            .into_iter()
            .map(|((from, to), names)| Arrow { from, to, names })
            .collect()
    }
}

/// The circles of a graph, given its arrows as pairs: sets of nodes of which each reaches each other,
/// sorted. An arrow from a node to itself is no circle.
pub(crate) fn circles<N: Clone + Ord>(pairs: impl IntoIterator<Item = (N, N)>) -> Vec<Vec<N>> {
    let mut graph: DiGraph<N, ()> = DiGraph::new();
    let mut known: BTreeMap<N, NodeIndex> = BTreeMap::new();
    for (from, to) in pairs {
        let mut node = |name: N| -> NodeIndex {
            *known
                .entry(name.clone())
                .or_insert_with(|| graph.add_node(name))
        };
        let (from, to) = (node(from), node(to));
        graph.update_edge(from, to, ());
    }
    let mut found: Vec<Vec<N>> = tarjan_scc(&graph)
        .into_iter()
        .filter(|component| component.len() > 1)
        .map(|component| {
            let mut nodes: Vec<N> = component
                .iter()
                .map(|index| graph[*index].clone())
                .collect();
            nodes.sort();
            nodes
        })
        .collect();
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_circles_are_two_and_a_chain_is_none() {
        let pairs = [(1, 2), (2, 1), (2, 3), (3, 4), (4, 5), (5, 3), (6, 6)];
        assert_eq!(circles(pairs), [vec![1, 2], vec![3, 4, 5]]);
        assert!(circles([(1, 2), (2, 3), (1, 3)]).is_empty());
    }

    #[test]
    fn an_arrow_is_one_line_below_the_root() {
        let mut arrows = Arrows::default();
        arrows.add("c/src/a.rs".into(), "c/src/b.rs".into(), "Y");
        arrows.add("c/src/a.rs".into(), "c/src/b.rs".into(), "X");
        arrows.add("c/src/a.rs".into(), "c/src/a.rs".into(), "Z");
        let arrows = arrows.finish();
        assert_eq!(arrows.len(), 1);
        assert_eq!(arrows[0].shown("c/src".into()), "a.rs -> b.rs: X, Y");
    }
}
