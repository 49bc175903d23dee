package dev.tocsin;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * How long a test waits for what must come, before it is taken to hang. It is said once and is long, so that no answer depends
 * on how busy the machine is; a test that passes does not wait for it. JUnit finds this by itself.
 */
public final class Patience implements BeforeAllCallback {
    public static final Duration MOST = Duration.ofMinutes(5);

    @Override
    public void beforeAll(ExtensionContext context) {
        Awaitility.setDefaultTimeout(MOST);
    }
}
