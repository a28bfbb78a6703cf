use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address::AllowList;
use super::cause::{NoAddress, NoPublicAddress};

/// The system's resolver with the private addresses taken out of its answers, so that a public name cannot lead
/// into the local network, not even when its record changes between two look-ups.
#[derive(Clone, Debug)]
pub(super) struct GuardedResolver(pub AllowList);

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = self.0.clone();
        Box::pin(async move {
            let name = name.as_str();
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((name, 0)).await.map_err(|_| NoAddress(name.to_owned()))?.collect();
            if found.is_empty() {
                return Err(NoAddress(name.to_owned()).into());
            }
            let kept: Vec<SocketAddr> = found.into_iter().filter(|found| allowed.permits(found.ip())).collect();
            if kept.is_empty() {
                return Err(NoPublicAddress(name.to_owned()).into());
            }
            Ok(Box::new(kept.into_iter()) as Addrs)
        })
    }
}
