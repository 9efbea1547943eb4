//! A backend without Python: it runs scripts, writes down each step, and checks what backends may
//! rely on.

use super::script::{Act, Call, Gate, Script, Step};
use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_engine::worker::health::HealthChange;
use lichtfeld_engine::{
    Backend, CodeVersion, Deadline, Failure, FailureKind, FilesTaken, Instance, Job, Owner,
    PlaceKind, ReloadState, Services, Stage, UnloadReport,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

/// What all backends and instances of one test share. Copies are the same one.
#[derive(Clone, Default)]
pub(crate) struct Fake(Arc<Shared>);

#[derive(Default)]
struct Shared {
    services: OnceLock<Services>,
    script: Script,
    log: Mutex<Vec<String>>,
    broken: Mutex<Vec<String>>,
    /// Instances that were not removed, by key and revision.
    alive: Mutex<BTreeMap<String, BTreeSet<u64>>>,
    left: Mutex<HashMap<String, UnloadReport>>,
    importing: AtomicUsize,
    refuses_threads: AtomicBool,
    rebuilt: Mutex<Vec<&'static str>>,
}

impl Fake {
    /// A backend of this kind for a manager.
    pub(crate) fn backend(&self, services: &Services, kind: PlaceKind) -> Box<dyn Backend> {
        let _ = self.0.services.set(services.clone());
        Box::new(FakeBackend {
            fake: self.clone(),
            kind,
        })
    }

    /// The next run of a step does this.
    pub(crate) fn once(
        &self,
        key: &str,
        step: Step,
        act: impl Fn(&mut Call<'_>) -> Result<(), Failure> + Send + Sync + 'static,
    ) {
        self.0.script.once(key, step, Arc::new(act));
    }

    /// Every run of a step does this.
    pub(crate) fn always(
        &self,
        key: &str,
        step: Step,
        act: impl Fn(&mut Call<'_>) -> Result<(), Failure> + Send + Sync + 'static,
    ) {
        self.0.script.always(key, step, Arc::new(act));
    }

    /// The next run of a step waits until the gate is opened, or nobody wants it.
    pub(crate) fn holds(&self, key: &str, step: Step) -> Gate {
        self.hold(key, step, Gate::new(false))
    }

    /// The next run of a step waits until the gate is opened, whoever wants it.
    pub(crate) fn holds_stubbornly(&self, key: &str, step: Step) -> Gate {
        self.hold(key, step, Gate::new(true))
    }

    fn hold(&self, key: &str, step: Step, (gate, act): (Gate, Arc<Act>)) -> Gate {
        self.0.script.once(key, step, act);
        gate
    }

    /// What the removal of a plugin finds from now on.
    pub(crate) fn leaves(&self, key: &str, report: UnloadReport) {
        self.0.left.lock().unwrap().insert(key.to_owned(), report);
    }

    /// No thread can be started any more.
    pub(crate) fn refuse_threads(&self) {
        self.0.refuses_threads.store(true, Ordering::Release);
    }

    /// These files of any plugin were loaded in this process and have changed since.
    pub(crate) fn rebuild(&self, files: &[&'static str]) {
        *self.0.rebuilt.lock().unwrap() = files.to_vec();
    }

    /// The steps since the last call: "a@1 import".
    pub(crate) fn steps(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.log.lock().unwrap())
    }

    /// The revisions of a plugin that were imported and not removed.
    pub(crate) fn alive(&self, key: &str) -> Vec<u64> {
        let alive = self.0.alive.lock().unwrap();
        alive.get(key).into_iter().flatten().copied().collect()
    }

    /// What a manager has done that backends do not allow.
    pub(crate) fn broken_rules(&self) -> Vec<String> {
        self.0.broken.lock().unwrap().clone()
    }

    pub(crate) fn services(&self) -> &Services {
        self.0.services.get().expect("a manager was made")
    }

    /// The process of a plugin reports a change.
    pub(crate) fn reports(&self, key: &str, change: HealthChange) {
        let owner = self.services().ledger.active(key).expect("it is active");
        self.services().health.tell(&owner, change);
    }

    /// The process of a plugin ends by itself.
    pub(crate) fn dies(&self, key: &str) {
        self.reports(key, HealthChange::Died(crash()));
    }

    fn note(&self, owner: &Owner, what: &str) {
        let line = format!("{}@{} {what}", owner.key, owner.revision);
        self.0.log.lock().unwrap().push(line);
    }

    fn rule(&self, owner: &Owner, is_kept: bool, what: &str) {
        if !is_kept {
            let line = format!("{}@{}: {what}", owner.key, owner.revision);
            self.0.broken.lock().unwrap().push(line);
        }
    }

    fn run(
        &self,
        owner: &Owner,
        step: Step,
        detail: &str,
        wanted: &mut dyn FnMut() -> bool,
    ) -> Option<Result<(), Failure>> {
        self.note(owner, &format!("{step}{detail}"));
        let mut call = Call {
            revision: owner.revision,
            wanted,
        };
        self.0.script.run(&owner.key, step, &mut call)
    }
}

/// How the end of a worker looks.
pub(crate) fn crash() -> Failure {
    let message = "the plugin's process was ended by SIGSEGV";
    Failure::new(FailureKind::Crashed, Stage::Activation, message)
}

fn within(limit: Option<Duration>) -> String {
    limit.map_or_else(String::new, |limit| format!(" within {limit:?}"))
}

struct FakeBackend {
    fake: Fake,
    kind: PlaceKind,
}

impl Backend for FakeBackend {
    fn kind(&self) -> PlaceKind {
        self.kind
    }

    fn distributions(&self) -> Vec<lichtfeld_installer::Distribution> {
        Vec::new()
    }

    fn rebuilt_native(&self, root: &Utf8Path) -> Vec<Utf8PathBuf> {
        let files = self.fake.0.rebuilt.lock().unwrap();
        files.iter().map(|file| root.join(file)).collect()
    }

    fn spawn(&self, name: String, work: Job) {
        if !self.fake.0.refuses_threads.load(Ordering::Acquire) {
            std::thread::Builder::new().name(name).spawn(work).unwrap();
        }
    }

    fn import(
        &self,
        code_version: &CodeVersion,
        deadline: &mut Deadline<'_>,
    ) -> Result<Box<dyn Instance>, Failure> {
        let fake = &self.fake;
        let owner = Owner {
            key: code_version.key.clone(),
            revision: code_version.revision,
        };
        let others = fake.0.importing.fetch_add(1, Ordering::AcqRel);
        fake.rule(
            &owner,
            others == 0 || self.kind == PlaceKind::Worker,
            "imported beside another import",
        );
        let imported = fake.run(
            &owner,
            Step::Import,
            &within(deadline.limit),
            deadline.wanted,
        );
        fake.0.importing.fetch_sub(1, Ordering::AcqRel);
        imported.unwrap_or(Ok(()))?;
        let mut alive = fake.0.alive.lock().unwrap();
        alive
            .entry(owner.key.clone())
            .or_default()
            .insert(owner.revision);
        drop(alive);
        Ok(Box::new(FakeInstance {
            fake: fake.clone(),
            owner,
            kind: self.kind,
            is_entered: true,
            is_active: false,
        }))
    }
}

struct FakeInstance {
    fake: Fake,
    owner: Owner,
    kind: PlaceKind,
    is_entered: bool,
    is_active: bool,
}

impl FakeInstance {
    fn ledger(&self) -> &lichtfeld_engine::Ledger {
        &self.fake.services().ledger
    }
}

impl Instance for FakeInstance {
    fn kind(&self) -> PlaceKind {
        self.kind
    }

    fn leave(&mut self) {
        self.fake.rule(&self.owner, self.is_entered, "left twice");
        self.is_entered = false;
        self.fake.note(&self.owner, "leave");
    }

    fn enter(&mut self) {
        self.fake
            .rule(&self.owner, !self.is_entered, "entered twice");
        self.is_entered = true;
        self.fake.note(&self.owner, "enter");
    }

    fn activate(
        &mut self,
        reload_state: Option<&ReloadState>,
        deadline: &mut Deadline<'_>,
    ) -> Result<(), Failure> {
        let fake = self.fake.clone();
        fake.rule(&self.owner, self.is_entered, "activated outside");
        fake.rule(&self.owner, !self.is_active, "activated twice");
        let state = reload_state.map(|state| match self.kind {
            PlaceKind::Worker => state.downcast_ref::<String>().cloned(),
            _ => state.downcast_ref::<u64>().map(ToString::to_string),
        });
        let state = match state {
            None => String::new(),
            Some(None) => " with a state of another place".to_owned(),
            Some(Some(from)) => format!(" with the state of {from}"),
        };
        self.ledger().set_active(&self.owner);
        let detail = state + &within(deadline.limit);
        let activated = fake.run(&self.owner, Step::Activate, &detail, deadline.wanted);
        let activated = activated.unwrap_or(Ok(()));
        self.is_active = activated.is_ok();
        if activated.is_err() {
            self.ledger().set_inactive(&self.owner);
            self.ledger().free(&self.owner);
        }
        activated
    }

    fn hand_over(&mut self) -> Result<Option<ReloadState>, Failure> {
        let fake = self.fake.clone();
        fake.rule(
            &self.owner,
            self.is_active,
            "asked for state while inactive",
        );
        let asked = fake.run(&self.owner, Step::HandOver, "", &mut || true);
        asked.unwrap_or(Ok(()))?;
        let state: ReloadState = match self.kind {
            PlaceKind::Worker => Box::new(self.owner.revision.to_string()),
            _ => Box::new(self.owner.revision),
        };
        Ok(Some(state))
    }

    fn adopt(&mut self, reload_state: &ReloadState) -> Result<Option<ReloadState>, Failure> {
        if self.kind != PlaceKind::Worker || reload_state.is::<String>() {
            return Ok(None);
        }
        let fake = self.fake.clone();
        fake.run(&self.owner, Step::Adopt, "", &mut || true)
            .unwrap_or(Ok(()))?;
        let state = reload_state.downcast_ref::<u64>();
        Ok(state.map(|state| Box::new(state.to_string()) as ReloadState))
    }

    fn deactivate(&mut self, deadline: &mut Deadline<'_>) -> Result<(), Failure> {
        let fake = self.fake.clone();
        fake.rule(&self.owner, self.is_active, "deactivated while inactive");
        let detail = within(deadline.limit);
        let ended = fake.run(&self.owner, Step::Deactivate, &detail, deadline.wanted);
        self.is_active = false;
        self.ledger().set_inactive(&self.owner);
        ended.unwrap_or(Ok(()))
    }

    fn remove(self: Box<Self>) -> UnloadReport {
        self.fake.note(&self.owner, "remove");
        self.ledger().set_inactive(&self.owner);
        let left = self.fake.0.left.lock().unwrap();
        let mut report = left.get(&self.owner.key).cloned().unwrap_or_default();
        drop(left);
        report.freed.extend(self.ledger().free(&self.owner));
        let mut alive = self.fake.0.alive.lock().unwrap();
        if let Some(revisions) = alive.get_mut(&self.owner.key) {
            revisions.remove(&self.owner.revision);
        }
        report
    }

    fn files_changed(&mut self, paths: &[Utf8PathBuf]) -> FilesTaken {
        let fake = self.fake.clone();
        let names: Vec<&str> = paths.iter().filter_map(|path| path.file_name()).collect();
        let detail = format!(" {}", names.join(" "));
        let handled = fake.run(&self.owner, Step::FilesChanged, &detail, &mut || true);
        match handled {
            Some(Ok(())) => FilesTaken::handled(None),
            Some(Err(failure)) => FilesTaken::handled(Some(failure)),
            None => FilesTaken::default(),
        }
    }
}
