package dev.tocsin.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Bodies that a real Alertmanager sent, recorded from the wire. */
public final class Payloads {
    public static final List<String> NAMES = List.of(
            "grouped-firing",
            "grouped-partial",
            "grouped-resolved",
            "grouped-truncated",
            "single-firing",
            "single-repeat",
            "single-resolved");

    private Payloads() {}

    public static String read(String name) {
        try (var in = Payloads.class.getResourceAsStream("/payloads/" + name + ".json")) {
            if (in == null) {
                throw new IllegalStateException("no payload " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
