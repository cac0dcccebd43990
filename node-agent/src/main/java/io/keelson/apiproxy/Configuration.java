package io.keelson.apiproxy;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.List;

/**
 * What the balancer is told: {@code {"v":1,"upstreams":["192.0.2.7:6443"]}}. Written by the agent; unknown fields and
 * other versions are refused.
 *
 * @param upstreams in a fixed order, without repetition; may be empty before the first configuration
 */
record Configuration(List<Endpoint> upstreams) {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .defaultSetterInfo(JsonSetter.Value.construct(Nulls.FAIL, Nulls.FAIL))
            .build();

    Configuration {
        upstreams = upstreams.stream().distinct().toList();
    }

    private record Content(int v, List<String> upstreams) {}

    /** @throws IllegalArgumentException if the bytes are anything else */
    static Configuration parse(byte[] json) {
        try {
            if (!(JSON.readValue(json, Content.class) instanceof Content content)) {
                throw new IllegalArgumentException("configuration is null");
            }
            if (content.v() != 1) {
                throw new IllegalArgumentException("configuration of version " + content.v() + ", want 1");
            }
            return new Configuration(
                    content.upstreams().stream().map(Endpoint::parse).toList());
        } catch (IOException e) {
            throw new IllegalArgumentException("configuration cannot be read", e);
        }
    }
}
