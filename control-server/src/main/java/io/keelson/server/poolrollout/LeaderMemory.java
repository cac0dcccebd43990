package io.keelson.server.poolrollout;

/** What one leader has seen of time going by; the next one begins with nothing. One thread. */
record LeaderMemory(Drift drift, StageClock clock) {
    static LeaderMemory empty() {
        return new LeaderMemory(new Drift(), new StageClock());
    }
}
