//! Every interleaving of the protocol, searched breadth first: two nodes, a request that is delayed, lost or carried out,
//! replies that are lost or come late, kills, leases that end, a person, and a GMC that decides meanwhile.
//!
//! The model takes its steps from the real edges and judges replies by the real `proof`. Each variant breaks one rule and
//! must be found out, so that a search that finds nothing means something.

use std::collections::{BTreeSet, HashMap, VecDeque};

use super::{EDGES, Mover, Proof, Reply, Standing, Wish, may_send, proof};

/// Which rule a variant breaks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rules {
    Ours,
    /// A person may say "not there" while a request may still travel.
    NoQuietPeriod,
    /// A claim whose lease is over goes back to the queue, as in any job queue.
    LeaseRequeues,
    /// A reply is believed whatever the fence.
    NoFence,
}

/// What a node holds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Node {
    Idle,
    Claimed { fence: u8, nth: u8 },
    Waiting { fence: u8, nth: u8 },
    Answered { fence: u8, nth: u8, code: &'static str },
}

/// The whole world of one intent about one doctor.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct World {
    standing: Standing,
    sends: u8,
    grants: u8,
    fence: u8,
    nodes: [Node; 2],
    /// Requests that left a node and have not arrived, by fence.
    travelling: [bool; 3],
    /// How often the GMC carried our intent out.
    done: u8,
    /// Whether the GMC holds an open recommendation for the doctor, ours or not.
    open: bool,
    /// Somebody else recommended the doctor, at most once.
    outside: bool,
}

const START: World = World {
    standing: Standing::Queued,
    sends: 0,
    grants: 0,
    fence: 0,
    nodes: [Node::Idle; 2],
    travelling: [false; 3],
    done: 0,
    open: false,
    outside: false,
};

/// The edge a step takes, if it takes one.
type Taken = Option<(Standing, Standing, Mover)>;

struct Search {
    rules: Rules,
    steps: Vec<(World, Taken, &'static str)>,
}

impl Search {
    fn push(&mut self, next: World, taken: Taken, name: &'static str) {
        self.steps.push((next, taken, name));
    }

    fn moved(&mut self, world: &World, to: Standing, by: Mover, name: &'static str) {
        let next = World { standing: to, ..world.clone() };
        self.push(next, Some((world.standing, to, by)), name);
    }

    fn from(rules: Rules, world: &World) -> Vec<(World, Taken, &'static str)> {
        let mut search = Self { rules, steps: Vec::new() };
        for n in 0..2 {
            search.node(world, n);
        }
        for fence in 0..3 {
            if world.travelling[fence] {
                search.arrives(world, fence);
            }
        }
        search.gmc(world);
        search.reaper(world);
        search.person(world);
        search.steps
    }

    fn node(&mut self, world: &World, n: usize) {
        let with = |node: Node| {
            let mut next = world.clone();
            next.nodes[n] = node;
            next
        };
        match world.nodes[n] {
            Node::Idle => {
                let may = may_send(u64::from(world.sends), u64::from(world.grants));
                let room = usize::from(world.fence) + 1 < world.travelling.len();
                if world.standing == Standing::Queued && may && room {
                    let (fence, nth) = (world.fence + 1, world.sends + 1);
                    let next = World { fence, sends: nth, ..with(Node::Claimed { fence, nth }) };
                    self.moved(&next, Standing::Sending, Mover::Sender, "claim");
                    // The edge is taken from the queue, not from what the claim made of it.
                    self.retake(Standing::Queued);
                }
                return;
            }
            Node::Claimed { fence, nth } => {
                let mut next = with(Node::Waiting { fence, nth });
                next.travelling[usize::from(fence)] = true;
                self.push(next, None, "write");
                let next = with(Node::Idle);
                self.settle(&next, fence, nth, Reply::NothingWritten);
            }
            Node::Waiting { fence, nth } => {
                let next = with(Node::Idle);
                self.settle(&next, fence, nth, Reply::Broken);
            }
            Node::Answered { fence, nth, code } => {
                let next = with(Node::Idle);
                let gmc_id = (code == "0").then_some("GMC-1");
                self.settle(&next, fence, nth, Reply::Whole { code, is_ours: true, gmc_id });
            }
        }
        self.push(with(Node::Idle), None, "killed");
    }

    fn retake(&mut self, from: Standing) {
        if let Some((_, Some(taken), _)) = self.steps.last_mut() {
            taken.0 = from;
        }
    }

    /// What a sender writes down after its send; a worker whose fence is old writes nothing.
    fn settle(&mut self, world: &World, fence: u8, nth: u8, reply: Reply<'_>) {
        let proven = proof(Wish::Recommend, u64::from(nth), reply);
        let is_current = fence == world.fence || self.rules == Rules::NoFence;
        let to = match (world.standing, proven) {
            (Standing::Sending, Proof::NotCarriedOut { .. }) => Some(Standing::Queued),
            (Standing::Sending, Proof::Nothing) => Some(Standing::Unknown),
            (Standing::Sending | Standing::Unknown, Proof::CarriedOut) => Some(Standing::Accepted),
            (Standing::Sending | Standing::Unknown, Proof::Refused) => Some(Standing::Rejected),
            _ => None,
        };
        match to.filter(|_| is_current) {
            Some(Standing::Queued) => {
                let given_back = World { sends: world.sends - 1, ..world.clone() };
                self.moved(&given_back, Standing::Queued, Mover::Sender, "given back");
            }
            Some(to) => self.moved(world, to, Mover::Sender, "settled"),
            None => self.push(world.clone(), None, "too late"),
        }
    }

    /// A request arrives, or is lost on its way; its reply reaches the node that still waits, or nobody.
    fn arrives(&mut self, world: &World, fence: usize) {
        let mut gone = world.clone();
        gone.travelling[fence] = false;
        self.push(gone.clone(), None, "request lost");
        let mut carried_out = gone.clone();
        let code = if world.open {
            "91"
        } else {
            carried_out.done += 1;
            carried_out.open = true;
            "0"
        };
        self.replies(&carried_out, fence, code);
        self.replies(&carried_out, fence, "98");
        self.replies(&gone, fence, "98");
        self.replies(&gone, fence, "99");
        self.replies(&gone, fence, "90");
    }

    fn replies(&mut self, world: &World, fence: usize, code: &'static str) {
        self.push(world.clone(), None, "reply lost");
        for n in 0..2 {
            if let Node::Waiting { fence: own, nth } = world.nodes[n]
                && usize::from(own) == fence
            {
                let mut next = world.clone();
                next.nodes[n] = Node::Answered { fence: own, nth, code };
                self.push(next, None, "reply");
            }
        }
    }

    fn gmc(&mut self, world: &World) {
        if world.open {
            self.push(World { open: false, ..world.clone() }, None, "the GMC decides");
        } else if !world.outside {
            self.push(World { open: true, outside: true, ..world.clone() }, None, "recommended elsewhere");
        }
    }

    fn reaper(&mut self, world: &World) {
        if world.standing != Standing::Sending {
            return;
        }
        if self.rules == Rules::LeaseRequeues {
            // An ordinary queue counts no sends.
            let next = World { sends: 0, ..world.clone() };
            self.moved(&next, Standing::Queued, Mover::Reaper, "lease over");
        } else {
            self.moved(world, Standing::Unknown, Mover::Reaper, "lease over");
        }
    }

    /// A person looks into GMC Connect, and says what is there.
    fn person(&mut self, world: &World) {
        match world.standing {
            Standing::Queued => self.moved(world, Standing::Abandoned, Mover::Person, "given up"),
            Standing::Unknown if world.done > 0 => {
                self.moved(world, Standing::Accepted, Mover::Person, "found");
                self.moved(world, Standing::Accepted, Mover::Reconciler, "looked up");
            }
            Standing::Unknown if is_quiet(world) || self.rules == Rules::NoQuietPeriod => {
                self.moved(world, Standing::Abandoned, Mover::Person, "not there, given up");
                if world.grants == 0 {
                    let granted = World { grants: 1, ..world.clone() };
                    self.moved(&granted, Standing::Queued, Mover::Person, "not there, once more");
                }
            }
            _ => {}
        }
    }
}

/// Nothing travels and nobody is between claim and write: what the quiet period guarantees.
fn is_quiet(world: &World) -> bool {
    let about_to_write = |node: &Node| matches!(node, Node::Claimed { .. });
    !world.travelling.contains(&true) && !world.nodes.iter().any(about_to_write)
}

/// What may never be.
fn violation(world: &World) -> Option<&'static str> {
    match world.standing {
        _ if world.done > 1 => Some("two recommendations are accepted"),
        Standing::Accepted if world.done == 0 => Some("says accepted, the GMC has nothing"),
        Standing::Rejected if world.done > 0 => Some("says rejected, the GMC has it"),
        Standing::Abandoned if world.done > 0 => Some("says not sent, the GMC has it"),
        Standing::Queued if world.done > 0 => Some("waits to be sent, the GMC has it"),
        _ => None,
    }
}

struct Found {
    states: usize,
    edges: BTreeSet<(Standing, Standing, Mover)>,
    /// The shortest way to a violation.
    bad: Option<(&'static str, Vec<&'static str>)>,
}

fn search(rules: Rules) -> Found {
    let mut came: HashMap<World, Option<(World, &'static str)>> = HashMap::from([(START, None)]);
    let mut queue = VecDeque::from([START]);
    let mut edges = BTreeSet::new();
    while let Some(world) = queue.pop_front() {
        if let Some(what) = violation(&world) {
            return Found { states: came.len(), edges, bad: Some((what, way(&came, &world))) };
        }
        for (next, taken, name) in Search::from(rules, &world) {
            edges.extend(taken);
            if !came.contains_key(&next) {
                came.insert(next.clone(), Some((world.clone(), name)));
                queue.push_back(next);
            }
        }
    }
    Found { states: came.len(), edges, bad: None }
}

fn way(came: &HashMap<World, Option<(World, &'static str)>>, world: &World) -> Vec<&'static str> {
    let mut steps = Vec::new();
    let mut at = world;
    while let Some(Some((before, name))) = came.get(at) {
        steps.push(*name);
        at = before;
    }
    steps.reverse();
    steps
}

#[test]
fn no_interleaving_sends_twice_or_says_what_is_not_so() {
    let found = search(Rules::Ours);
    assert_eq!(found.bad, None);
    assert!(found.states > 200, "only {} states were reached", found.states);
}

#[test]
fn the_model_takes_every_edge_and_no_other() {
    let taken = search(Rules::Ours).edges;
    let known: BTreeSet<_> = EDGES.iter().map(|edge| (edge.from, edge.to, edge.by)).collect();
    assert_eq!(taken, known);
}

#[test]
fn an_ordinary_job_queue_recommends_twice() {
    let (what, way) = search(Rules::LeaseRequeues).bad.expect("a violation");
    assert!(way.contains(&"lease over"), "{what}: {way:?}");
}

#[test]
fn whoever_answers_before_the_quiet_period_may_be_wrong() {
    let (what, way) = search(Rules::NoQuietPeriod).bad.expect("a violation");
    assert!(way.iter().any(|step| step.starts_with("not there")), "{what}: {way:?}");
}

#[test]
fn without_a_fence_an_old_reply_settles_a_new_send() {
    let (what, way) = search(Rules::NoFence).bad.expect("a violation");
    assert!(!way.is_empty(), "{what}");
}
