package dev.tocsin.webhook;

import static dev.tocsin.http.WithRealService.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.http.Payloads;
import dev.tocsin.http.RealService;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WebhookBasicAuthTest {
    @TempDir
    private Path home;

    @Test
    void letsInWhoKnowsNameAndPassword() throws Exception {
        var password = RealService.secret(home, "password", "open: sesame\n");
        try (var service =
                RealService.start(home, "{ basic: { username: alertmanager, passwordFile: " + password + " } }")) {
            assertThat(post(service, "alertmanager:open: sesame").statusCode()).isEqualTo(204);

            for (var wrong : new String[] {"alertmanager:", "alertmanager:open", "other:open: sesame", ":"}) {
                var answer = post(service, wrong);
                assertProblem(answer, 401, "/problems/unauthorized");
                assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Basic realm=\"tocsin\"");
            }
            assertThat(service.notifications()).hasSize(1);
        }
    }

    private static HttpResponse<String> post(RealService service, String pair) throws Exception {
        return service.send(service.request(RealService.WEBHOOK, "")
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)))
                .POST(BodyPublishers.ofString(Payloads.read("single-firing"))));
    }
}
