//! The checkup of a server, and the command line that starts it.

use std::sync::{Mutex, MutexGuard};

use mcpauth_core as core;
use napi::bindgen_prelude::{Array, Result, Uint8Array};
use napi_derive::napi;

use crate::answer::Answer;
use crate::wire::{lines, pairs};
use crate::{configuration_error, poisoned};

/// Asks for requests one after the other, and reports what the answers show.
#[napi]
pub struct Checkup {
    checkup: Mutex<core::Checkup>,
}

#[napi]
impl Checkup {
    /// Starts at a URL; the error's message is JSON like that of the engine.
    #[napi(constructor, catch_unwind)]
    pub fn new(url: String, options: String) -> Result<Self> {
        let checkup = core::Checkup::new(&url, &options).map_err(configuration_error)?;
        Ok(Self {
            checkup: Mutex::new(checkup),
        })
    }

    /// The next request to send, or null when the checkup is over.
    #[napi(catch_unwind)]
    pub fn ask(&self) -> Result<Option<Answer>> {
        Ok(self.lock()?.ask().map(Answer::from))
    }

    /// What the next request is for.
    #[napi(getter, catch_unwind)]
    pub fn step(&self) -> Result<&'static str> {
        Ok(self.lock()?.step())
    }

    /// Hands over the answer, its headers as `fetch` decodes them.
    #[napi(catch_unwind)]
    pub fn supply(&self, status: u16, headers: Array<'_>, body: Uint8Array) -> Result<()> {
        let headers = lines(&headers)?;
        let headers = pairs(&headers);
        self.lock()?.supply(core::Reply::Document {
            status,
            headers: &headers,
            body: &body,
        });
        Ok(())
    }

    /// Tells that there was no answer, or not all of it.
    #[napi(catch_unwind)]
    pub fn supply_failure(&self) -> Result<()> {
        self.lock()?.supply(core::Reply::Failed);
        Ok(())
    }

    /// What was found, as lines.
    #[napi(catch_unwind)]
    pub fn report(&self, colour: bool) -> Result<String> {
        Ok(self.lock()?.report(colour))
    }

    /// What was found, as JSON text.
    #[napi(catch_unwind)]
    pub fn json(&self) -> Result<String> {
        Ok(self.lock()?.json())
    }

    /// How the process ends.
    #[napi(getter, catch_unwind)]
    pub fn exit_status(&self) -> Result<u8> {
        Ok(self.lock()?.exit_status())
    }

    fn lock(&self) -> Result<MutexGuard<'_, core::Checkup>> {
        self.checkup.lock().map_err(poisoned)
    }
}

/// What the words behind the name of the program ask for, as JSON text.
#[napi(catch_unwind)]
pub fn command(words: Vec<String>) -> Result<String> {
    Ok(core::Command::read(&words).to_json())
}
