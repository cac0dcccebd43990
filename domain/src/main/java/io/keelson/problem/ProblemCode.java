package io.keelson.problem;

/**
 * Permanent codes. A code is never renamed, reused or removed: people search for it, scripts match on it. The
 * catalogue in {@code docs/reference/problems.md} is generated from this file.
 */
public enum ProblemCode {
    // Bundles
    BUNDLE_CORRUPT("Bytes that differ from the manifest could be anything; nothing of them is used."),
    BUNDLE_SIGNATURE_INVALID("Only bytes that a trusted release key has signed may run on a host."),
    BUNDLE_KEY_UNKNOWN("The signature was made by a key that this host was never told to trust."),
    BUNDLE_MANIFEST_INVALID("A manifest that cannot be read strictly is refused as a whole."),
    BUNDLE_UNSAFE_PATH("A path that leaves the bundle could overwrite the host's own files."),
    BUNDLE_NOT_FOUND("There is no published bundle of that name."),
    BUNDLE_WRONG_ARCHITECTURE("Binaries of another architecture or operating system cannot run on the host."),
    BUNDLE_AGENT_TOO_OLD("The bundle uses steps that this agent does not have."),
    BUNDLE_SKEW("Kubernetes supports control-plane upgrades of one minor version at a time."),
    BUNDLE_BELOW_FLOOR("What the release role has given up may have holes that everybody knows."),
    BUNDLE_WITHDRAWN("What people do not release, or no longer, is installed nowhere anew; where it runs it stays."),
    BUNDLE_EXISTS("A published bundle never changes; another content needs another name."),
    BUNDLE_OTHER_KIND("Packages of an operating system run no cluster, and Kubernetes patches no operating system."),
    RELEASE_DESCRIPTION_INVALID("The bundle would not be what its author meant."),
    RELEASE_SETTING_UNKNOWN("A component that is given a flag, gate or field which it does not have does not start."),
    RELEASE_SOURCE_UNAVAILABLE("A bundle is complete or it is not built."),
    RELEASE_TOOL_MISSING("Packages are read and resolved by the programs that they were made for."),
    RELEASE_PACKAGES_INCOMPLETE("A host without the internet has nowhere to get the rest."),
    RELEASE_KEY_INVALID("Without a readable release key nothing can be signed or verified."),
    // Hosts
    HOST_UNKNOWN("Only enrolled hosts can be used."),
    HOST_TAKEN("A host serves one cluster at a time; its disk may hold that cluster's data."),
    HOST_NOT_CONNECTED("What a host is asked to do reaches it only while its agent is connected."),
    HOST_QUESTION_UNKNOWN("An agent answers only what it was built to answer; another version of it may."),
    HOST_QUESTION_BUSY("A host looks into one thing at a time, so that questions do not slow down what runs on it."),
    HOST_QUESTION_UNANSWERED("Without an answer nothing is known; a question changes nothing on the host."),
    HOST_STILL_CONNECTED("Whoever takes the place of a host that is alive takes its vote as well."),
    HOST_PORT_TAKEN("A component would not be able to listen, or would disturb the program that does."),
    HOST_DISK_FULL("A host that runs out of disk in the middle of an installation is worse than one that never began."),
    HOST_CLOCK_SKEW("Certificates, leases and tokens are judged by the clock."),
    HOST_PREREQUISITE_MISSING("A part of the operating system that Kubernetes needs is not there."),
    HOST_ALREADY_ENROLLED("The host has an identity already; a second one would orphan the first."),
    HOST_FOREIGN_DATA("Data that this cluster did not write may belong to somebody."),
    HOST_STEP_FAILED("The host is not yet what it is meant to be; the agent tries again."),
    HOST_STEP_DID_NOT_SETTLE("The effect was applied but its result was not seen in time."),
    HOST_REVISION_STALE("An older order must never replace a newer one."),
    HOST_STATE_UNREADABLE("State that is guessed or reset could repeat or forget what was done to the host."),
    HOST_OS_OTHER("Packages of one release of an operating system do not fit together with those of another."),
    HOST_PACKAGES_BUSY("Two programs that change packages at once leave a host half changed."),
    HOST_PACKAGES_HELD("Somebody has said that a package stays as it is; that is not overruled."),
    HOST_PACKAGES_BROKEN("What was left half installed is mended before anything else is installed."),
    HOST_PACKAGES_UNRESOLVED("A level that cannot be installed as a whole is not begun; nothing was touched."),
    HOST_LEVEL_LOST("A node carries pods: what has become of its operating system is mended when it is empty."),
    HOST_PACKAGES_DIFFER("A host counts as patched when its files are those of the patches."),
    HOST_PACKAGE_FAILED("A package whose script failed is neither the old one nor the new one."),
    HOST_NOT_ENROLLED("Without an identity the agent can ask nothing of a server and trust nothing it is sent."),
    HOST_CERTIFICATE_EXPIRED("An expired certificate proves only who may have a new one."),
    HOST_HOLDS_MEMBER(
            "Who takes a host out that holds a member of etcd takes a vote and a copy of the cluster's data."),
    HOST_NOT_BARE("What one cluster leaves behind on a host meets the next one: its pods, its rules, its keys."),
    // Orders
    ORDER_UNTRUSTED("Only the director, named by an authority that this host trusts, may say what the host is to be."),
    ORDER_MISADDRESSED(
            "An order for another host or cluster would make two hosts be the same node, or mix their data."),
    ORDER_EXPIRED("An order that was recorded once could be played again after better ones."),
    // etcd
    ETCD_DATA_LOST("A member that forgot its votes could make the others lose writes that were acknowledged."),
    ETCD_DATA_CORRUPT("Who reads from a member whose data differ gets answers that the majority never agreed on."),
    ETCD_DATA_DIFFERS("While it is not clear whose data are right, every copy is kept, and a person chooses."),
    ETCD_CALL_FAILED("What etcd did not answer may have happened or not; it is looked at again before anything else."),
    ETCD_QUORUM_AT_RISK(
            "A member may be changed only while the others carry the quorum, or the cluster stands still and can lose"
                    + " writes."),
    ETCD_MEMBER_FENCED(
            "After a cluster's etcd was begun anew, members of before could make a majority of what is no longer it."),
    ETCD_NOT_LOST("What still has its majority, or can have it again, must not be begun anew: writes would be lost."),
    ETCD_NOTHING_LEFT("Without a disk there is nothing to begin anew with but a snapshot."),
    ETCD_RECOVERY_CHANGED("What is begun anew is what a person has seen and confirmed, and nothing else."),
    ETCD_LOG_CORRUPT("What follows a damaged entry of etcd's log cannot be known to be what was written."),
    ETCD_MEMBER_CHANGED("Members change by permit, one at a time; what nobody permitted is looked at by a person."),
    ETCD_LEARNER_STALLED("A learner that never catches up would keep every other change of members waiting."),
    ETCD_NOSPACE("A full database takes no writes: nothing in the cluster can be created or changed."),
    ETCD_SNAPSHOT_CORRUPT("A snapshot that is not whole would restore a cluster that never was."),
    ETCD_SNAPSHOT_FOREIGN("A snapshot of another cluster, or for another key, is no copy of this one."),
    ETCD_SNAPSHOT_UNKNOWN("There is no snapshot of that name."),
    ETCD_SNAPSHOT_UNPROVEN("A snapshot from which nothing can be restored is no copy, whatever its hash."),
    ETCD_SNAPSHOT_REFUSED("Copies must not take the disk from what they are copies of."),
    ETCD_SNAPSHOT_OVERDUE("What was written since the newest copy is lost with the cluster."),
    ETCD_VERSION_UNKNOWN("Whether etcd reads another release's data depends on both versions."),
    ETCD_VERSION_TOO_OLD("An etcd below the lowest has faults that cost data or keep members from starting."),
    ETCD_VERSION_SKIPPED("etcd reads the data of the minor before it, and of none earlier."),
    ETCD_VERSION_NOT_BACK("An earlier minor of etcd does not start with data of a later one."),
    ETCD_MEMBERS_RESTART("While one member starts, the cluster bears the loss of no other."),
    // Trust in a repository
    TRUST_NOT_INITIALISED("Without a trusted root there is nothing that metadata could be checked against."),
    TRUST_ROOT_DIFFERS("Replacing a trusted root by another hands all power over the host to whoever signed that one."),
    TRUST_STATE_UNREADABLE("Trust that is reset when it cannot be read could be taken back to what was revoked."),
    TRUST_STATE_LOCKED("Two updates at once could each undo what the other has accepted."),
    TRUST_REPOSITORY_UNREACHABLE("Nothing new can be seen; what was accepted stays valid until it expires."),
    TRUST_FILE_MISSING("A repository that withholds a file which it lists would keep hosts from an update."),
    TRUST_TOO_LARGE("An answer without end would fill the memory or the disk."),
    TRUST_TOO_SLOW("An answer that trickles would keep a host from updates without anybody noticing."),
    TRUST_METADATA_INVALID("Metadata that cannot be read strictly is refused as a whole."),
    TRUST_THRESHOLD_NOT_MET(
            "Only what enough of the role's keys have signed is trusted; a stolen key or two are not enough."),
    TRUST_ROOT_CHAIN_BROKEN("Each root must follow the one before it, or revoked keys could come back."),
    TRUST_ROOT_ROTATIONS("An endless chain of roots would never end an update."),
    TRUST_EXPIRED("Metadata past its date may hide that something newer, perhaps a repair, is there."),
    TRUST_EXPIRES_SOON("When the date is over, nothing new can be installed until people have signed again."),
    TRUST_ROLLBACK("Going back to an older version would bring its weaknesses back."),
    TRUST_SAME_VERSION_DIFFERS(
            "A version is published once; the same number with other content is a forgery or an accident."),
    TRUST_MIX_AND_MATCH("Files of different moments together may be a combination that nobody ever released."),
    TRUST_VANISHED("A file that was listed once must stay listed, or its updates could be hidden."),
    TRUST_CONTENT_MISMATCH(
            "Bytes that differ from their signed length or hash could be anything; nothing of them is used."),
    TRUST_TARGET_UNKNOWN("Only files that a trusted role lists are fetched."),
    TRUST_DELEGATIONS_TOO_MANY("A search without limit could be led in circles."),
    TRUST_CLOCK_BEHIND("A clock that was set back would make expired metadata look valid."),
    TRUST_SIGNING_REFUSED("A signature that no client would count gives false confidence."),
    TRUST_THRESHOLD_WEAK(
            "Where one key is enough, one thief is; where all are needed, one that is lost ends everything."),
    // Enrolment
    TOKEN_INVALID("Only a host that was given a join token may enrol."),
    TOKEN_USED("A token that works twice could enrol a host that nobody expects."),
    TOKEN_EXPIRED("A short life limits what a leaked token can do."),
    TOKEN_WRONG_HOST("The token was made for another host."),
    IDENTITY_REJECTED("A host may speak only for itself."),
    // Clusters
    CLUSTER_CONTROL_PLANE_COUNT("etcd keeps its quorum through the loss of one host only with three members."),
    CLUSTER_ZONES_SHARED(
            "Two control-plane hosts in one failure domain can be lost together, and the quorum with them."),
    CLUSTER_NETWORKS_OVERLAP("An address must lead to one place only."),
    CLUSTER_NETWORK_SIZE("Every node and every service needs an address of its own."),
    CLUSTER_HOST_REPEATED("A host is one node of one cluster."),
    CLUSTER_HOST_LEAVES(
            "What runs on a host that leaves its cluster ends there, and nothing of the cluster stays on it."),
    CLUSTER_UNKNOWN("There is no cluster of that name."),
    CLUSTER_IMMUTABLE_FIELD("The field cannot change while the cluster lives."),
    CLUSTER_IN_USE("The hosts run the cluster's nodes and hold its data."),
    POOL_UNKNOWN("There is no node pool of that name."),
    POOL_IN_USE("Who deletes a pool does not mean its nodes, and nobody is to lose pods by it."),
    POOL_IMMUTABLE_FIELD("The field cannot change while the pool has hosts."),
    POOL_TOO_FEW_HOSTS("A pool cannot have more nodes than it may use hosts."),
    POOL_NO_SPARE("A pool that replaces its nodes needs a host that is none, or nothing is ever replaced."),
    POOL_STOPPED("After more failures than a pool bears, a person looks before one more node is taken away."),
    POOL_HAS_NO_LEVEL("A node is rebooted by the order of its OS level, or replaced."),
    POOL_HOST_LEAVES("A node that its pool names no more is emptied and leaves its cluster."),
    POOL_HOST_NOT_FAILED("What a pool does with a host that has not failed is not a person's to decide one by one."),
    CLUSTER_NOT_READY("No control-plane host of the cluster is connected."),
    CLUSTER_API_FAILED("What the cluster's API did not answer may have happened or not; it is looked at again."),
    // Nodes
    NODE_UNKNOWN("The cluster has no node of that name."),
    NODE_NOT_EMPTY("A node that is taken away with pods on it takes them down."),
    NODE_DRAIN_FORBIDDEN("What nobody makes anew, or loses its data, goes only by a person's word."),
    NODE_DRAIN_STOPPED("A node that somebody lets take pods again is not emptied against their will."),
    NODE_NOT_VERIFIED("A node counts when it was seen to work; the next one is not touched before."),
    // Resources and requests
    RESOURCE_INVALID("A field that is misread or ignored would do something else than it says."),
    RESOURCE_UNKNOWN_FIELD("A misspelt field would silently do nothing."),
    RESOURCE_UNKNOWN_KIND("The server has no such resource."),
    RESOURCE_NOT_FOUND("There is no resource of that name."),
    RESOURCE_CONFLICT("Somebody else changed the resource at the same time."),
    // Server
    SERVER_UNREACHABLE("Nothing can be asked of or told to the fleet."),
    SERVER_ALREADY_INITIALISED("A second initialisation would make a second, unrelated authority."),
    SERVER_NOT_LEADER("Only the leader writes, so that no two decide differently."),
    SERVER_STORE_UNAVAILABLE("All state is kept in etcd; without it the server neither reads nor decides."),
    SERVER_SECRET_UNREADABLE("A secret that was changed, or was sealed with a key that is gone, cannot be used."),
    SERVER_SECRET_KEY_FILE("Whoever reads the key can read every private key in a copy of the store."),
    SERVER_SECRET_KEY_MISSING("A server without the key can neither make nor use the secrets that it protects."),
    SERVER_SECRET_KEY_IN_USE("A key that is dropped while secrets are under it takes them with it."),
    SERVER_ONLINE_KEY_FILE("Whoever has the key that says what is fresh can keep hosts from seeing newer releases."),
    SERVER_ONLINE_KEY_UNLISTED("A timestamp by a key that the root does not list is worth nothing to any host."),
    NOT_AUTHORISED("The credential does not allow this."),
    CONFIGURATION_INVALID("A program that starts with a misread configuration does something else than it was told."),
    WAIT_TIMED_OUT("The condition did not come true in the time that was given."),
    INTERNAL("Something happened that the program did not foresee; the log has the details.");

    private final String why;

    ProblemCode(String why) {
        this.why = why;
    }

    /** Why it matters, in one sentence. */
    public String why() {
        return why;
    }
}
