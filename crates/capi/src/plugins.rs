//! The plugins, with their states, and those whose manifest cannot be used.

use crate::error::{HeldError, Problem, lfp_error};
use crate::given_text::Strings;
use crate::guard::{guarded, guarded_or};
use crate::list::{Held, List};
use crate::session;
use crate::state::{lfp_state, state_number};
use crate::text;
use lichtfeld_embed::runtime::PlaceKind;
use std::ffi::c_char;
use std::ptr;

/// Where the code of a plugin runs.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lfp_place {
    /// It was not loaded yet.
    None = 0,
    /// In the process of the application.
    Shared = 1,
    /// In a process of its own.
    Worker = 2,
}

/// A plugin. Texts are in UTF-8, and empty rather than null.
#[repr(C)]
#[derive(Debug)]
pub struct lfp_plugin {
    /// The name as its manifest writes it.
    pub name: *const c_char,
    /// Its version by PEP 440; empty if its manifest cannot be used.
    pub version: *const c_char,
    /// Its description, one line.
    pub description: *const c_char,
    /// Its directory.
    pub path: *const c_char,
    /// An `lfp_state`.
    pub state: u32,
    /// An `lfp_place`: of the last load.
    pub place: u32,
    /// Not 0 if its manifest cannot be used; `error` says why.
    pub rejected: u32,
    /// The last failure, of a load or of a reload that was refused, or null.
    pub error: *const lfp_error,
}

/// All plugins, by name, and then those with a manifest that cannot be used, by directory. The item
/// `i` is at `lfp_plugin_at(list, i)`.
#[repr(C)]
#[derive(Debug)]
pub struct lfp_plugin_list {
    /// The size of this struct in bytes.
    pub size: usize,
    /// The size of an item in bytes: a newer library may have longer ones.
    pub item_size: usize,
    /// The items.
    pub items: *const lfp_plugin,
    /// The number of items.
    pub count: usize,
}

impl List for lfp_plugin_list {
    type Item = lfp_plugin;

    fn new(items: *const lfp_plugin, count: usize) -> Self {
        Self {
            size: size_of::<Self>(),
            item_size: size_of::<lfp_plugin>(),
            items,
            count,
        }
    }
}

type HeldPlugins = Held<lfp_plugin_list, Vec<Box<HeldError>>>;

/// Reads the plugins directory, and gives a list of all plugins; runs no code of them. A manifest
/// that has not changed costs a look at its file. Any thread, with or without the GIL.
///
/// # Safety
/// `list` can be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lfp_plugins(list: *mut *const lfp_plugin_list) -> *mut lfp_error {
    guarded(|| {
        if list.is_null() {
            return Err(Problem::Argument("list is null".to_owned()));
        }
        // SAFETY: as the caller says.
        unsafe { *list = ptr::null() };
        let manager = session::manager()?;
        let mut texts = Strings::default();
        let mut errors = Vec::new();
        let mut items = Vec::new();
        let mut keep_error = |failure: Option<&_>| {
            failure.map_or(ptr::null(), |failure| {
                errors.push(Box::new(HeldError::of_failure(failure)));
                errors.last().map_or(ptr::null(), |held| held.shown())
            })
        };
        for info in manager.discover()? {
            let Some(status) = manager.status(&info.name) else {
                continue;
            };
            let place = match status.report.place {
                Some(PlaceKind::Shared) => lfp_place::Shared,
                Some(PlaceKind::Worker) => lfp_place::Worker,
                _ => lfp_place::None,
            };
            items.push(lfp_plugin {
                name: texts.keep(&info.name),
                version: texts.keep(&info.version),
                description: texts.keep(&info.description),
                path: texts.keep(info.path.as_str()),
                state: state_number(status.state),
                place: place as u32,
                rejected: 0,
                error: keep_error(status.failure.as_ref()),
            });
        }
        for rejected in manager.rejected() {
            items.push(lfp_plugin {
                name: texts.keep(&rejected.name),
                version: texts.keep(""),
                description: texts.keep(""),
                path: texts.keep(rejected.path.as_str()),
                state: lfp_state::Error as u32,
                place: lfp_place::None as u32,
                rejected: 1,
                error: keep_error(Some(&rejected.failure)),
            });
        }
        // SAFETY: as the caller says.
        unsafe { *list = HeldPlugins::for_c(items, texts, errors) };
        Ok(())
    })
}

/// Releases a list. Null is allowed. Any thread.
///
/// # Safety
/// `lfp_plugins` made it, and it is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lfp_plugin_list_release(list: *const lfp_plugin_list) {
    // SAFETY: as the caller says.
    guarded_or((), || unsafe { HeldPlugins::release(list) });
}

/// Returns the `lfp_state` of a plugin; `LFP_STATE_UNKNOWN` also if nothing is attached. Reads no
/// files. Any thread, with or without the GIL.
///
/// # Safety
/// `name` is null or a text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lfp_plugin_state(name: *const c_char) -> u32 {
    guarded_or(lfp_state::Unknown as u32, || {
        // SAFETY: as the caller says.
        let name = unsafe { text::read(name, "name") };
        let (Ok(name), Ok(manager)) = (name, session::manager()) else {
            return lfp_state::Unknown as u32;
        };
        let state = manager.state(name);
        state.map_or(lfp_state::Unknown as u32, state_number)
    })
}

/// Starts or stops watching the files of plugins: what is saved is reloaded. Any thread, with or
/// without the GIL.
#[unsafe(no_mangle)]
pub extern "C" fn lfp_watch(on: bool) -> *mut lfp_error {
    guarded(|| {
        let manager = session::manager()?;
        if on {
            manager.start_watcher(std::time::Duration::from_secs(1))?;
        } else {
            manager.stop_watcher();
        }
        Ok(())
    })
}
