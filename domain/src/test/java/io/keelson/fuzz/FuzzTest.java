package io.keelson.fuzz;

import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A reader of bytes from outside, and what must be true whatever the bytes are. A build tries what is kept of it in {@code
 * src/test/resources/fuzz/<name of the class>}, then a fixed number of inputs that are made from there with a fixed seed;
 * {@code lab/run fuzz} goes on from the same beginnings for as long as it may, led by coverage.
 */
public abstract class FuzzTest {
    /**
     * Reads an input and checks the property.
     *
     * @throws Exception if the property does not hold: whatever gets out of here is a finding, so that a target catches
     *     exactly the refusal that its reader declares
     */
    public abstract void accept(byte[] input) throws Exception;

    /** Inputs that are read, at least one; mutations begin with them. */
    public abstract List<byte[]> seeds();

    /** Words of the format. */
    public List<String> words() {
        return List.of();
    }

    /** Inputs beside those that are kept; fewer where one of them takes long. */
    protected int fresh() {
        return 5_000;
    }

    @Test
    public final void holdsForWhatIsKeptAndForWhatIsMadeOfIt() {
        var corpus = Corpus.of(this);
        corpus.inputs().forEach(input -> Finding.orNothing(this, input));
        var mutator = new Mutator(corpus.inputs(), words(), 1);
        for (int i = 0; i < fresh(); i++) {
            Finding.orNothing(this, mutator.next());
        }
    }
}
