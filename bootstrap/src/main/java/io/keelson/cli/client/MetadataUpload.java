package io.keelson.cli.client;

import com.google.protobuf.UnsafeByteOperations;
import io.keelson.proto.operator.v1.PublishMetadataRequest;
import io.keelson.proto.operator.v1.RepositoryFile;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Files in requests that are no larger than a server takes, in their order. Roots may go ahead, each is worth something
 * alone; files and the roles that list them stay together, because a server takes no file that nobody lists.
 */
final class MetadataUpload {
    /** Bytes after which another request begins; a single file may be larger. */
    private static final int ENOUGH = 3 << 20;

    /** Roots of one request. */
    private static final int MOST_FILES = 256;

    private static final Pattern ROOT = Pattern.compile("metadata/[0-9]+\\.root\\.json");

    private MetadataUpload() {}

    static List<PublishMetadataRequest> requests(List<MetadataFile> files) {
        var parts = new ArrayList<List<MetadataFile>>();
        for (var file : files) {
            if (parts.isEmpty() || (isRoot(file) && !hasRoom(parts.getLast(), file))) {
                parts.add(new ArrayList<>());
            }
            parts.getLast().add(file);
        }
        splitLast(parts);
        return parts.stream().map(MetadataUpload::request).toList();
    }

    /** The last roots go ahead if they and the rest are too much together. */
    private static void splitLast(List<List<MetadataFile>> parts) {
        if (parts.isEmpty()) {
            return;
        }
        var last = parts.removeLast();
        var roots = last.stream().filter(MetadataUpload::isRoot).toList();
        var others = last.stream().filter(file -> !isRoot(file)).toList();
        if (roots.isEmpty() || others.isEmpty() || size(last) <= ENOUGH) {
            parts.add(last);
        } else {
            parts.add(roots);
            parts.add(others);
        }
    }

    private static boolean hasRoom(List<MetadataFile> part, MetadataFile more) {
        return part.size() < MOST_FILES && size(part) + more.content().length <= ENOUGH;
    }

    private static long size(List<MetadataFile> part) {
        return part.stream().mapToLong(file -> file.content().length).sum();
    }

    private static boolean isRoot(MetadataFile file) {
        return ROOT.matcher(file.path()).matches();
    }

    private static PublishMetadataRequest request(List<MetadataFile> part) {
        var request = PublishMetadataRequest.newBuilder();
        for (var file : part) {
            request.addFiles(RepositoryFile.newBuilder()
                    .setPath(file.path())
                    .setContent(UnsafeByteOperations.unsafeWrap(file.content())));
        }
        return request.build();
    }
}
