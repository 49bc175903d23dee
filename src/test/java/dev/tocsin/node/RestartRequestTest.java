package dev.tocsin.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.node.RestartRequest.Manner;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RestartRequestTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final RestartRequest REQUEST =
            new RestartRequest("n1", "b1", Manner.CUT, "r1", "0f", NOON, NOON.plusSeconds(60));

    @Test
    void isReadAsItIsWritten() {
        assertThat(RestartRequest.parse(REQUEST.text())).contains(REQUEST);
    }

    /** What is signed must have one reading, so there is one way to write it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "tocsin.dev/node-restart/v1",
                "tocsin.dev/node-restart/v2\nnode: n1\nbootId: b1\nmanner: cut\nrun: r1\nnonce: 0f\nissued: 2026-11-20T12:00:00Z\nexpires: 2026-11-20T12:01:00Z\n",
                "tocsin.dev/node-restart/v1\nnode: n1\nnode: n2\nbootId: b1\nmanner: cut\nrun: r1\nnonce: 0f\nissued: 2026-11-20T12:00:00Z\nexpires: 2026-11-20T12:01:00Z\n",
                "tocsin.dev/node-restart/v1\nbootId: b1\nnode: n1\nmanner: cut\nrun: r1\nnonce: 0f\nissued: 2026-11-20T12:00:00Z\nexpires: 2026-11-20T12:01:00Z\n",
                "tocsin.dev/node-restart/v1\nnode: n1\nbootId: b1\nmanner: gently\nrun: r1\nnonce: 0f\nissued: 2026-11-20T12:00:00Z\nexpires: 2026-11-20T12:01:00Z\n",
                "tocsin.dev/node-restart/v1\nnode: n1\nbootId: b1\nmanner: cut\nrun: r1\nnonce: 0f\nissued: now\nexpires: 2026-11-20T12:01:00Z\n"
            })
    void anythingElseIsNone(String text) {
        assertThat(RestartRequest.parse(text)).isEmpty();
    }
}
