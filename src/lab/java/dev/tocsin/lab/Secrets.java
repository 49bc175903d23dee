package dev.tocsin.lab;

import java.security.SecureRandom;
import java.util.HexFormat;

/** The lab's passwords and tokens, new for every lab. */
record Secrets(String superuser, String stress, String exporter, String webhook, String api) {
    static Secrets random() {
        var random = new SecureRandom();
        return new Secrets(word(random), word(random), word(random), word(random), word(random));
    }

    private static String word(SecureRandom random) {
        var bytes = new byte[16];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
