//! The descriptors that forked copies close.
//!
//! A handler that runs in a copy may take no lock and allocate nothing. So this is a list that only
//! grows, of nodes that are used again: each holds a descriptor or is free.

use std::process;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicPtr, AtomicU32, Ordering};

use rustix::fd::RawFd;

const FREE: RawFd = -1;
/// Taken, and not filled in yet.
const TAKEN: RawFd = -2;

/// Whether a copy is about to run another program.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ExecFollows {
    /// It is a child that this process starts, and registers itself with the watchdog first.
    Yes,
    /// It goes on with our program.
    No,
}

/// A descriptor that copies close.
pub(super) struct Node {
    descriptor: AtomicI32,
    /// A child that this process starts needs it until `exec`, which closes it.
    until_exec: AtomicBool,
    next: *const Node,
}

// SAFETY: `next` is set before the node is shared, and never changed.
unsafe impl Sync for Node {}

static NODES: AtomicPtr<Node> = AtomicPtr::new(ptr::null_mut());
/// The process that the descriptors belong to.
static OWNER: AtomicU32 = AtomicU32::new(0);

/// All nodes so far.
fn nodes() -> impl Iterator<Item = &'static Node> {
    // SAFETY: nodes are leaked boxes: they live for ever.
    let node = |node: *const Node| unsafe { node.as_ref() };
    std::iter::successors(node(NODES.load(Ordering::Acquire)), move |last| {
        node(last.next)
    })
}

/// Remembers whose the descriptors are.
pub(super) fn note_owner() {
    OWNER.store(process::id(), Ordering::SeqCst);
}

/// Notes a descriptor. Forks have to be [held off](super::hold_off) since before it was opened.
pub(super) fn note(descriptor: RawFd, until_exec: bool) -> &'static Node {
    let take = |node: &&Node| {
        node.descriptor
            .compare_exchange(FREE, TAKEN, Ordering::AcqRel, Ordering::Relaxed)
            .is_ok()
    };
    let node = nodes().find(take).unwrap_or_else(add);
    node.until_exec.store(until_exec, Ordering::Release);
    node.descriptor.store(descriptor, Ordering::Release);
    node
}

/// Adds a node, taken.
fn add() -> &'static Node {
    let node = Box::leak(Box::new(Node {
        descriptor: AtomicI32::new(TAKEN),
        until_exec: AtomicBool::new(false),
        next: ptr::null(),
    }));
    let mut next = NODES.load(Ordering::Acquire);
    loop {
        node.next = next;
        match NODES.compare_exchange(next, node, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => return node,
            Err(other) => next = other,
        }
    }
}

impl Node {
    /// The descriptor is about to be closed by its owner.
    pub(super) fn forget(&self) {
        self.descriptor.store(FREE, Ordering::Release);
    }
}

/// Closes all of them, in a copy of their owner.
pub(super) fn close_inherited(exec_follows: ExecFollows) {
    let process = process::id();
    let owner = OWNER.load(Ordering::SeqCst);
    if owner == 0 || owner == process {
        return;
    }
    if exec_follows == ExecFollows::No {
        OWNER.store(process, Ordering::SeqCst);
    }
    for node in nodes() {
        if exec_follows == ExecFollows::Yes && node.until_exec.load(Ordering::Acquire) {
            continue;
        }
        let descriptor = node.descriptor.swap(FREE, Ordering::AcqRel);
        if descriptor >= 0 {
            // SAFETY: it is an inherited descriptor whose owner in this copy, an `UnsharedFile`,
            // neither uses nor closes it, because it belongs to another process.
            //
            // It may not be open here: where the thread that forked holds off forks itself, another
            // one can open and note a descriptor after the copy has got those of the process.
            let _ = unsafe { rustix::io::try_close(descriptor) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::process::{Pid, WaitOptions, waitpid};

    /// Far above the limit of open files.
    const NOT_OPEN: RawFd = 1 << 28;

    #[test]
    fn a_descriptor_that_a_copy_does_not_have_is_left_out() {
        let held_off = super::super::hold_off();
        let node = note(NOT_OPEN, false);
        drop(held_off);
        // SAFETY: the copy only ends.
        let id = unsafe { libc::fork() };
        if id == 0 {
            // SAFETY: it only ends the copy.
            unsafe { libc::_exit(0) }
        }
        node.forget();
        let (_, status) = waitpid(Pid::from_raw(id), WaitOptions::empty())
            .unwrap()
            .unwrap();
        assert_eq!(status.exit_status(), Some(0), "{status:?}");
    }
}
