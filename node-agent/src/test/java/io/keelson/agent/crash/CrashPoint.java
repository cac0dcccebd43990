package io.keelson.agent.crash;

/**
 * Counts the places that a process passes; at one of them it says so and stands still until it is killed. Or, where the property
 * {@code deadly.here} says so, its classes end there with an error that nobody catches.
 */
public final class CrashPoint {
    private static final int DEADLY = Integer.getInteger("deadly", 0);
    private static final boolean HERE = Boolean.getBoolean("deadly.here");
    private static int passed;

    private CrashPoint() {}

    /** So many. */
    public static int passed() {
        return passed;
    }

    /** Called before each change of the disk. */
    public static synchronized void pass(String where) {
        passed++;
        if (passed == DEADLY && HERE) {
            throw new AssertionError("killed " + where);
        }
        if (passed == DEADLY) {
            System.out.println("kill me " + where);
            System.out.flush();
            while (true) {
                try {
                    CrashPoint.class.wait();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }
}
