//! Connections to the store, and how they are looked after.

use store::Store;

use super::House;
use crate::exit::Failure;

impl House {
    /// The store over connections of its own, for whoever looks whether it answers.
    pub fn probe(&self) -> Result<Store, Failure> {
        Ok(Store::later(self.config.store.url.reveal())?)
    }

    /// Goes on over new connections, whoever holds the store.
    pub fn renew_connections(&self) {
        for store in [&self.store, &self.logins.web, &self.logins.send, &self.logins.watch] {
            store.renew();
        }
    }

    /// The store by the login of the watch.
    pub fn watched(&self) -> &Store {
        &self.logins.watch
    }
}
