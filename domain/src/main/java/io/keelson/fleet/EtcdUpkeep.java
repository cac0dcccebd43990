package io.keelson.fleet;

/**
 * What is done to a member from time to time, by permit and one at a time in a cluster. Each is a count that an order
 * raises and a host reaches: so an order that comes twice is carried out once, and one whose host was killed goes on.
 *
 * @param defragmentation how often the member's database was to be defragmented
 * @param leadership how often the member was to become the leader
 */
public record EtcdUpkeep(int defragmentation, int leadership) {
    /** Of a member to which nothing was ever done. */
    public static final EtcdUpkeep NONE = new EtcdUpkeep(0, 0);

    public EtcdUpkeep {
        if (defragmentation < 0 || leadership < 0) {
            throw new IllegalArgumentException(
                    "counts of upkeep begin at 0, not " + Math.min(defragmentation, leadership));
        }
    }

    /** With one defragmentation more. */
    public EtcdUpkeep defragmented() {
        return new EtcdUpkeep(defragmentation + 1, leadership);
    }

    /** With the leadership given to it once more. */
    public EtcdUpkeep leading() {
        return new EtcdUpkeep(defragmentation, leadership + 1);
    }

    /** The higher of each count. */
    public EtcdUpkeep atLeast(EtcdUpkeep other) {
        return new EtcdUpkeep(Math.max(defragmentation, other.defragmentation), Math.max(leadership, other.leadership));
    }

    /** Whether all that the other one counts was done here. */
    public boolean covers(EtcdUpkeep other) {
        return atLeast(other).equals(this);
    }
}
