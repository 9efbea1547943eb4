//! Ids that a plugin did not choose: made of module and class.

/// Returns an id below `lfs_plugins` in the spelling of its module, or `None` for another id. By
/// PEP 503 `-` and `_` are equal, and case does not matter.
fn spelling(id: &str) -> Option<String> {
    let rest = id.strip_prefix("lfs_plugins.")?;
    let (module, class) = rest.rsplit_once('.')?;
    Some(format!(
        "{}.{class}",
        module.to_lowercase().replace('-', "_")
    ))
}

/// Returns whether two ids are the same. One that consists of module and class may also be written
/// with the name of the project: `lfs_plugins.my-plugin.Run` is `lfs_plugins.my_plugin.Run`.
pub(crate) fn is_same(id: &str, other: &str) -> bool {
    spelling(id).is_some_and(|wanted| spelling(other) == Some(wanted))
}
