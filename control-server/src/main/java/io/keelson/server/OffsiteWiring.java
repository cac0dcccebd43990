package io.keelson.server;

import io.keelson.server.configuration.Settings;
import io.keelson.server.offsite.DirectoryStore;
import io.keelson.server.offsite.OffsiteStore;
import io.keelson.server.offsite.S3Store;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Optional;

/** The store outside, to which snapshots are copied and from which they are read where their file is gone. */
@Singleton
public class OffsiteWiring {
    /** @param store empty if none is configured */
    record Outside(Optional<OffsiteStore> store) {}

    @Produces
    @Singleton
    Outside outside(Settings settings, InstantSource clock) {
        var copies = settings.snapshots();
        return new Outside(copies.s3()
                .<OffsiteStore>map(s3 -> new S3Store(s3, S3Store.PART, clock))
                .or(() -> copies.copies().map(directory -> new DirectoryStore(directory, settings.contentDir()))));
    }
}
