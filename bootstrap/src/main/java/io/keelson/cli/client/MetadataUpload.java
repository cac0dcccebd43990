package io.keelson.cli.client;

import com.google.protobuf.UnsafeByteOperations;
import io.keelson.proto.operator.v1.PublishMetadataRequest;
import io.keelson.proto.operator.v1.RepositoryFile;
import java.util.ArrayList;
import java.util.List;

/** Files in requests that are no larger than a server takes, in their order. */
final class MetadataUpload {
    /** Bytes after which another request begins; a single file may be larger. */
    private static final int ENOUGH = 3 << 20;

    /** Files of one request. */
    private static final int MOST_FILES = 256;

    private MetadataUpload() {}

    static List<PublishMetadataRequest> requests(List<MetadataFile> files) {
        var requests = new ArrayList<PublishMetadataRequest>();
        var request = PublishMetadataRequest.newBuilder();
        long size = 0;
        for (var file : files) {
            boolean full = request.getFilesCount() == MOST_FILES || (size > 0 && size + file.content().length > ENOUGH);
            if (full) {
                requests.add(request.build());
                request = PublishMetadataRequest.newBuilder();
                size = 0;
            }
            request.addFiles(RepositoryFile.newBuilder()
                    .setPath(file.path())
                    .setContent(UnsafeByteOperations.unsafeWrap(file.content())));
            size += file.content().length;
        }
        if (request.getFilesCount() > 0) {
            requests.add(request.build());
        }
        return requests;
    }
}
