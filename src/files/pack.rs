//! A policy as one file, with its digest: to be sent where its folder is not.

use super::ReadError;
use crate::source::{Source, Sources};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the name of such a file ends with.
pub(super) const ENDING: &str = "ukasepack";

#[derive(Serialize, Deserialize)]
struct Pack {
    /// The version of this form.
    ukase: u32,
    /// The digest of the policy.
    digest: String,
    /// The text of each file.
    files: BTreeMap<String, String>,
}

/// All files of a policy as one text, with their digest.
///
/// ```
/// use ukase::{check::check_law, files::{pack, unpack}, source::Sources};
/// let text = "policy tiny \"A tiny policy\"\nlanguage 1\noutcomes from loosest to strictest { free licence }\nfacts shipment { date date }\n";
/// let sources = Sources::of_text("tiny.ukase", text);
/// let packed = pack(&sources);
/// assert_eq!(unpack(&packed).unwrap().digest(), check_law(&sources).0.unwrap().digest);
/// assert!(unpack(&packed.replace("licence", "license")).is_err()); // it is another policy
/// ```
pub fn pack(sources: &Sources) -> String {
    let files = sources.iter().map(|(_, file)| (file.name.clone(), file.text.to_string())).collect();
    serde_json::to_string(&Pack { ukase: 1, digest: sources.digest(), files }).unwrap_or_default()
}

/// The files of a policy from one text.
///
/// # Errors
/// That it is none, or that its files are not those that its digest is of.
pub fn unpack(text: &str) -> Result<Sources, ReadError> {
    let refuse = |code, message: &str, help| Err(ReadError { code, message: message.into(), help });
    let Ok(pack) = serde_json::from_str::<Pack>(text) else {
        return refuse("ukase::source::pack", "this is no packed policy", "pack the policy anew");
    };
    let sources = Sources::new(pack.files.iter().map(|(name, text)| Source::new(name, text)).collect());
    if pack.ukase != 1 || sources.digest() != pack.digest {
        return refuse(
            "ukase::source::digest",
            "this packed policy is not the one that its digest is of",
            "pack the policy anew",
        );
    }
    Ok(sources)
}
