//! What Zeek's script profiler writes (`zeek --profile-scripts --profile-script-call-stacks`), and whose the CPU of it is.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

/// Calls, and their CPU.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct CallCost {
    pub(super) calls: f64,
    /// Seconds.
    pub(super) seconds: f64,
}

/// CPU by script and event.
#[derive(Debug, Clone, Default)]
pub(super) struct Profile {
    /// By the path of a script of ours below the folder of the packages, and the event in which it ran. A script that only
    /// serves others has the path of its package.
    costs: BTreeMap<(PathBuf, String), CallCost>,
    /// Seconds of everything, scripts or not.
    all: f64,
}

/// A line of the profile.
struct ProfileLine<'a> {
    function: &'a str,
    location: &'a str,
    kind: &'a str,
    calls: f64,
    seconds: f64,
    /// Each is the function and its callers, the outermost first, with its calls and seconds.
    stacks: Vec<(Vec<&'a str>, CallCost)>,
}

/// Below this folder of a package are the scripts of its rules, and below the other those of its correlations.
const OF_RULES: [&str; 2] = ["scripts/rules", "scripts/correlations"];

impl Profile {
    /// Reads a profile; `folder` is where the packages are. `None` where it is no profile.
    pub(super) fn read(text: &str, folder: &Path) -> Option<Self> {
        let mut lines = text.lines();
        let fields = lines.next()?;
        if !fields.starts_with("#fields\tfunction\tlocation\ttype\tncall\ttot_CPU") {
            return None;
        }
        let lines: Vec<ProfileLine<'_>> = lines.filter_map(ProfileLine::read).collect();
        let owner = |line: &ProfileLine<'_>| -> Option<PathBuf> {
            let (path, _) = line.location.rsplit_once(':')?;
            let below = Path::new(path).strip_prefix(folder).ok()?;
            let package = below.iter().next()?;
            let in_package = below.strip_prefix(package).ok()?;
            let of_rule = OF_RULES.iter().any(|of| in_package.starts_with(of));
            Some(if of_rule {
                below.to_owned()
            } else {
                PathBuf::from(package)
            })
        };
        // A function's name has its module and is one of ours alone; an event's is everybody's.
        let owners: HashMap<&str, PathBuf> = lines
            .iter()
            .filter(|line| line.kind != "event")
            .filter_map(|line| Some((line.function, owner(line)?)))
            .collect();
        let mut profile = Self {
            costs: BTreeMap::new(),
            all: lines
                .iter()
                .filter(|line| line.kind == "TOTAL" && line.is_sum())
                .map(|line| line.seconds)
                .sum(),
        };
        for line in &lines {
            match owner(line) {
                Some(owner) if line.kind == "event" => {
                    profile.entry(
                        owner,
                        line.function,
                        CallCost {
                            calls: line.calls,
                            seconds: line.seconds,
                        },
                    );
                }
                Some(owner) => profile.function(&owner, line, &owners),
                None => {}
            }
        }
        Some(profile)
    }

    /// Adds what a function of ours took. What it took for another of ours is in that one's already, unless it is the first
    /// of a rule's: that goes from what the rule was found by, or from the rule that called it, to the rule.
    fn function(&mut self, owner: &Path, line: &ProfileLine<'_>, owners: &HashMap<&str, PathBuf>) {
        for (stack, tally) in &line.stacks {
            let Some((function, callers)) = stack.split_first() else {
                continue;
            };
            let event = callers.first().unwrap_or(function);
            let ours: Vec<&PathBuf> = callers
                .iter()
                .filter_map(|caller| owners.get(caller))
                .collect();
            let by_event_of_ours = callers.len() == 1;
            let caller = ours
                .iter()
                .rev()
                .find(|caller| is_rule(caller))
                .or(ours.first());
            match caller {
                None if !by_event_of_ours => self.entry(owner.to_owned(), event, *tally),
                _ if !is_rule(owner) || ours.iter().any(|caller| *caller == owner) => {}
                caller => {
                    let package = || owner.iter().take(1).collect();
                    let from = caller.map_or_else(package, |caller| (*caller).clone());
                    self.entry(owner.to_owned(), event, *tally);
                    self.entry(
                        from,
                        event,
                        CallCost {
                            calls: 0.0,
                            seconds: -tally.seconds,
                        },
                    );
                }
            }
        }
    }

    fn entry(&mut self, owner: PathBuf, event: &str, tally: CallCost) {
        let entry = self.costs.entry((owner, event.to_owned())).or_default();
        entry.calls += tally.calls;
        entry.seconds += tally.seconds;
    }

    /// Adds another run's.
    pub(super) fn add(&mut self, other: &Self) {
        for ((owner, event), tally) in &other.costs {
            self.entry(owner.clone(), event, *tally);
        }
        self.all += other.all;
    }

    /// What each script took at each event.
    pub(super) fn costs(&self) -> impl Iterator<Item = (&Path, &str, CallCost)> {
        self.costs
            .iter()
            .map(|((owner, event), tally)| (owner.as_path(), event.as_str(), *tally))
    }

    /// What a script took at an event.
    pub(super) fn tally(&self, script: &Path, event: &str) -> CallCost {
        let key = (script.to_owned(), event.to_owned());
        self.costs.get(&key).copied().unwrap_or_default()
    }

    /// Seconds that were none of ours.
    pub(super) fn zeek(&self) -> f64 {
        self.all - self.costs.values().map(|tally| tally.seconds).sum::<f64>()
    }
}

impl CallCost {
    /// Without so many times another.
    pub(super) fn less(self, other: Self, times: f64) -> Self {
        Self {
            calls: self.calls - times * other.calls,
            seconds: self.seconds - times * other.seconds,
        }
    }

    pub(super) fn scaled(self, by: f64) -> Self {
        Self {
            calls: self.calls * by,
            seconds: self.seconds * by,
        }
    }
}

/// Whether a script is a rule's or a correlation's.
fn is_rule(script: &Path) -> bool {
    script.iter().count() > 1
}

impl<'a> ProfileLine<'a> {
    fn read(line: &'a str) -> Option<Self> {
        let cells: Vec<&str> = line.split('\t').collect();
        let [function, location, kind, calls, seconds, ..] = cells.as_slice() else {
            return None;
        };
        Some(Self {
            function,
            location,
            kind,
            calls: calls.parse().ok()?,
            seconds: seconds.parse().ok()?,
            stacks: stacks(&cells),
        })
    }

    /// Whether it is one of the sums at the end that are of everything.
    fn is_sum(&self) -> bool {
        matches!(self.function, "total" | "non-scripts")
    }
}

/// The stacks of a line. They stand in its last four cells: rows have an empty cell more than the line of fields.
fn stacks<'a>(cells: &[&'a str]) -> Vec<(Vec<&'a str>, CallCost)> {
    let [.., paths, calls, seconds, _memory] = cells else {
        return Vec::new();
    };
    let numbers = |text: &'a str| text.split('|').map(|number| number.parse::<f64>().ok());
    let tallies = numbers(calls).zip(numbers(seconds));
    let stacks = paths
        .split('|')
        .zip(tallies)
        .filter_map(|(path, (calls, seconds))| {
            let tally = CallCost {
                calls: calls?,
                seconds: seconds?,
            };
            Some((path.split(';').collect(), tally))
        });
    stacks.collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const FIELDS: &str = "#fields\tfunction\tlocation\ttype\tncall\ttot_CPU\tchild_CPU\ttot_Mem\tchild_Mem\tstacks\tstack_calls\t\
                          stack_CPU\tstack_memory";

    fn line(function: &str, location: &str, kind: &str, stacks: &[(&str, u32, f64)]) -> String {
        let calls: u32 = stacks.iter().map(|(_, calls, _)| calls).sum();
        let seconds: f64 = stacks.iter().map(|(_, _, seconds)| seconds).sum();
        let joined = |each: Vec<String>| each.join("|");
        let paths = joined(stacks.iter().map(|(path, ..)| (*path).to_owned()).collect());
        let stack_calls = joined(
            stacks
                .iter()
                .map(|(_, calls, _)| calls.to_string())
                .collect(),
        );
        let cpu = joined(
            stacks
                .iter()
                .map(|(.., seconds)| seconds.to_string())
                .collect(),
        );
        format!(
            "{function}\t{location}\t{kind}\t{calls}\t{seconds}\t0\t0\t0\t\t{paths}\t{stack_calls}\t{cpu}\t0"
        )
    }

    fn costs(lines: &[String]) -> Vec<(String, String, f64, f64)> {
        let text = format!("{FIELDS}\n#types\tstring\n{}\n", lines.join("\n"));
        let profile = Profile::read(&text, Path::new("/packages")).unwrap();
        let costs = profile.costs().map(|(script, event, tally)| {
            let rounded = (tally.seconds * 1e6).round() / 1e6;
            (
                script.display().to_string(),
                event.to_owned(),
                tally.calls,
                rounded,
            )
        });
        costs.collect()
    }

    fn cost(script: &str, event: &str, calls: f64, seconds: f64) -> (String, String, f64, f64) {
        (script.to_owned(), event.to_owned(), calls, seconds)
    }

    /// An event of ours calls a hook, which runs a rule, which raises a notice and feeds a correlation by what all share.
    #[test]
    fn each_rule_has_what_it_takes_and_not_what_its_correlation_does() {
        let dispatch = "/packages/p/scripts/dce-rpc.zeek:1";
        let lines = [
            line(
                "dce_rpc_response",
                dispatch,
                "event",
                &[("dce_rpc_response", 9, 0.9)],
            ),
            // Zeek's own handler of the same event.
            line(
                "dce_rpc_response",
                "/zeek/main.zeek:2",
                "event",
                &[("dce_rpc_response", 9, 0.5)],
            ),
            line(
                "P::found",
                dispatch,
                "hook",
                &[("P::found;dce_rpc_response", 9, 0.8)],
            ),
            line(
                "P::rule",
                "/packages/p/scripts/rules/rule.zeek:3",
                "function",
                &[("P::rule;dce_rpc_response;P::found", 2, 0.6)],
            ),
            line(
                "P::correlate",
                "/packages/p/scripts/correlation.zeek:4",
                "function",
                &[("P::correlate;dce_rpc_response;P::found;P::rule", 2, 0.3)],
            ),
            line(
                "P::counted",
                "/packages/p/scripts/correlations/counted.zeek:5",
                "function",
                &[(
                    "P::counted;dce_rpc_response;P::found;P::rule;P::correlate",
                    2,
                    0.2,
                )],
            ),
            line(
                "NOTICE",
                "/zeek/notice.zeek:6",
                "function",
                &[("NOTICE;dce_rpc_response;P::found;P::rule", 2, 0.1)],
            ),
        ];
        assert_eq!(
            costs(&lines),
            [
                cost("p", "dce_rpc_response", 9.0, 0.3),
                cost(
                    "p/scripts/correlations/counted.zeek",
                    "dce_rpc_response",
                    2.0,
                    0.2
                ),
                cost("p/scripts/rules/rule.zeek", "dce_rpc_response", 2.0, 0.4),
            ]
        );
    }

    /// A hook on a log's records is called by Zeek's scripts, at whatever event writes the log.
    #[test]
    fn what_zeek_calls_by_itself_is_ours_too() {
        let lines = [
            line(
                "P::watch_dns",
                "/packages/p/scripts/logs.zeek:1",
                "hook",
                &[
                    ("P::watch_dns;dns_end;Log::write", 3, 0.5),
                    ("P::watch_dns;zeek_done;Log::write", 1, 0.1),
                ],
            ),
            line(
                "P::rule",
                "/packages/p/scripts/rules/rule.zeek:2",
                "function",
                &[("P::rule;dns_end;Log::write;P::watch_dns", 3, 0.4)],
            ),
            line(
                "P::own",
                "/packages/p/scripts/rules/own.zeek:3",
                "function",
                &[("P::own;http_request", 1, 0.2)],
            ),
        ];
        assert_eq!(
            costs(&lines),
            [
                cost("p", "dns_end", 3.0, 0.1),
                cost("p", "http_request", 0.0, -0.2),
                cost("p", "zeek_done", 1.0, 0.1),
                cost("p/scripts/rules/own.zeek", "http_request", 1.0, 0.2),
                cost("p/scripts/rules/rule.zeek", "dns_end", 3.0, 0.4),
            ]
        );
    }

    #[test]
    fn zeek_has_the_rest() {
        let text = format!(
            "{FIELDS}\n{}\ntotal\t2-locations\tTOTAL\t9\t0.7\t0\t0\t0\t-\t-\t-\t-\n\
             non-scripts\t<no-location>\tTOTAL\t9\t1.5\t0\t0\t0\t-\t-\t-\t-\n\
             all-BiFs\t7-locations\tBiF\t9\t9.9\t0\t0\t0\t-\t-\t-\t-\n",
            line(
                "e",
                "/packages/p/scripts/dce-rpc.zeek:1",
                "event",
                &[("e", 1, 0.2)]
            )
        );
        let profile = Profile::read(&text, Path::new("/packages")).unwrap();
        assert!((profile.zeek() - 2.0).abs() < 1e-9);
        assert!(Profile::read("", Path::new("/packages")).is_none());
        assert!(Profile::read("#fields\tother\n", Path::new("/packages")).is_none());
    }
}
