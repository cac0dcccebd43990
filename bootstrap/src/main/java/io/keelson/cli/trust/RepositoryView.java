package io.keelson.cli.trust;

import io.keelson.cli.output.DurationText;
import io.keelson.cli.output.TextTable;
import io.keelson.cli.repository.Ceremony;
import io.keelson.cli.repository.Ceremony.Pending;
import io.keelson.cli.repository.KeyNames;
import io.keelson.cli.repository.Listing;
import io.keelson.cli.repository.ReleaseDirectory;
import io.keelson.cli.repository.RootEdit.Party;
import io.keelson.trust.tuf.key.RoleKeys;
import io.keelson.trust.tuf.metadata.Metadata;
import io.keelson.trust.tuf.repository.Quorum;
import io.keelson.trust.tuf.repository.TufRepository;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A release repository at one moment, on one screen.
 *
 * @param listing what is released; empty before anything is
 */
record RepositoryView(
        ReleaseDirectory directory,
        KeyNames names,
        Optional<TufRepository> published,
        Optional<Listing> listing,
        List<Pending> drafts,
        Instant now) {
    static RepositoryView of(ReleaseDirectory directory) {
        return new RepositoryView(
                directory,
                directory.names(),
                directory.published(),
                directory.publishedTargets().map(targets -> new Listing(directory, targets)),
                new Ceremony(directory).pending(),
                Instant.now());
    }

    void write(PrintWriter out) {
        var roles = new TextTable(List.of("SIGNS", "VERSION", "VALID FOR", "OF WHOM", "KEYS"));
        for (var party : Party.values()) {
            var keys = keysOf(party);
            var metadata = metadata(party);
            roles.row(List.of(
                    party.toString(),
                    metadata.map(found -> Long.toString(found.version())).orElse(""),
                    metadata.map(this::validity).orElse(""),
                    keys.threshold() + " of " + keys.keyIds().size(),
                    names.names(keys.keyIds())));
        }
        roles.write(out, "");
        out.println();
        released(out);
        if (!drafts.isEmpty()) {
            out.println();
            drafts(out);
        }
    }

    private void released(PrintWriter out) {
        var bundles = listing.map(Listing::bundles).orElse(List.of());
        if (bundles.isEmpty()) {
            out.println("No bundle is released.");
        } else {
            var table = new TextTable(List.of("BUNDLE", "KUBERNETES", "MANIFEST"));
            bundles.forEach(bundle -> table.row(List.of(
                    bundle.name().value(),
                    bundle.kubernetes().map(String::valueOf).orElse(""),
                    bundle.manifest())));
            table.write(out, "");
        }
        out.println("Floor: " + listing.map(Listing::floorText).orElse("none"));
    }

    private void drafts(PrintWriter out) {
        var table = new TextTable(List.of("DRAFT", "VERSION", "SIGNED BY", "MISSING"));
        for (var draft : drafts) {
            table.row(List.of(
                    draft.role().name(),
                    Long.toString(draft.draft().metadata().version()),
                    names.names(draft.signedIds()),
                    draft.quorums().stream()
                            .map(quorum -> DraftReport.missing(quorum, names))
                            .distinct()
                            .collect(Collectors.joining("; and "))));
        }
        table.write(out, "");
    }

    /** By the root that is published; before there is one, by its draft. */
    private RoleKeys keysOf(Party party) {
        return published
                .map(TufRepository::root)
                .orElseGet(directory::newestRoot)
                .keysOf(party.roles().getFirst());
    }

    private Optional<Metadata> metadata(Party party) {
        return party == Party.ONLINE
                ? Optional.empty()
                : published
                        .flatMap(repository -> repository.latest(party.roles().getFirst()))
                        .map(draft -> draft.metadata());
    }

    private String validity(Metadata metadata) {
        var left = Duration.between(now, metadata.expires());
        return left.isPositive() ? DurationText.of(left) : "EXPIRED";
    }

    Map<String, Object> fields() {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("repository", directory.path().toString());
        fields.put("roles", List.of(Party.values()).stream().map(this::role).toList());
        fields.put(
                "bundles",
                listing.map(Listing::bundles).orElse(List.of()).stream()
                        .map(RepositoryView::bundle)
                        .toList());
        fields.put(
                "floor",
                listing.flatMap(Listing::floor)
                        .map(floor -> floor.kubernetes().toString())
                        .orElse(""));
        fields.put("drafts", drafts.stream().map(this::draft).toList());
        return fields;
    }

    private Map<String, Object> role(Party party) {
        var keys = keysOf(party);
        var fields = new LinkedHashMap<String, Object>();
        fields.put("role", party.toString());
        metadata(party).ifPresent(metadata -> {
            fields.put("version", metadata.version());
            fields.put("expires", metadata.expires().toString());
        });
        fields.put("threshold", keys.threshold());
        fields.put("keys", keys(keys.keyIds()));
        return fields;
    }

    private List<Map<String, String>> keys(List<String> ids) {
        return ids.stream().map(id -> Map.of("id", id, "name", names.name(id))).toList();
    }

    private static Map<String, Object> bundle(Listing.Bundle bundle) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("name", bundle.name().value());
        fields.put("manifest", bundle.manifest());
        fields.put("kubernetes", bundle.kubernetes().map(String::valueOf).orElse(""));
        return fields;
    }

    private Map<String, Object> draft(Pending draft) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("role", draft.role().name());
        fields.put("file", directory.fileOf(draft.role()).toString());
        fields.put("version", draft.draft().metadata().version());
        fields.put("signedBy", keys(draft.signedIds()));
        fields.put(
                "missing",
                draft.quorums().stream().mapToInt(Quorum::missing).max().orElse(0));
        return fields;
    }
}
