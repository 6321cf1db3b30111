//! The post of the demo: nothing leaves, and every fault can be tried.

use std::sync::{Mutex, PoisonError};

use rooms::notify::{Call, Mail, Post, PostFault, Posted, Sms};

/// Takes every message without sending it: the room `notify` keeps what was said. Can be told to
/// fail, so that people can see what happens then.
#[derive(Debug, Default)]
pub struct Recorder(Mutex<Option<PostFault>>);

impl Recorder {
    /// From now on every message is refused with `fault`; `None` ends that.
    pub fn fail_with(&self, fault: Option<PostFault>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = fault;
    }

    fn take(&self) -> Result<Posted, PostFault> {
        match &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(fault) => Err(fault.clone()),
            None => Ok(Posted::Recorded),
        }
    }
}

impl Post for Recorder {
    fn mail(&self, _: &Mail) -> Result<Posted, PostFault> {
        self.take()
    }

    fn sms(&self, _: &Sms) -> Result<Posted, PostFault> {
        self.take()
    }

    fn call(&self, _: &Call) -> Result<Posted, PostFault> {
        self.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_recorder_fails_as_long_as_it_is_told_to() {
        let recorder = Recorder::default();
        let sms = Sms { id: "1".into(), to: "+79990000000".into(), text: "да".into() };
        assert_eq!(recorder.sms(&sms), Ok(Posted::Recorded));
        let fault = PostFault { temporary: true, text: "no network".into() };
        recorder.fail_with(Some(fault.clone()));
        assert_eq!(recorder.sms(&sms), Err(fault));
        recorder.fail_with(None);
        assert_eq!(recorder.sms(&sms), Ok(Posted::Recorded));
    }
}
