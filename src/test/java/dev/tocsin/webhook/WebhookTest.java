package dev.tocsin.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.http.Payloads;
import dev.tocsin.http.RealService;
import dev.tocsin.http.WithRealService;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

final class WebhookTest extends WithRealService {
    private static final int TEN_MEGABYTES = 10 * 1024 * 1024;
    private static final String FIRING = Payloads.read("single-firing");

    static Stream<String> payloads() {
        return Payloads.NAMES.stream();
    }

    @ParameterizedTest
    @MethodSource("payloads")
    void whatWasAnsweredWith204IsInTheJournalOnce(String name) throws Exception {
        // One byte of white space more for each name, so that each body is found among all the others.
        var body = Payloads.read(name) + " ".repeat(1 + Payloads.NAMES.indexOf(name));

        var answer = service.notify(body);

        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.body()).isEmpty();
        assertThat(Collections.frequency(service.notifications(), body)).isOne();
    }

    @Test
    void parallelPostsAreEachInTheJournalOnce() throws Exception {
        var bodies = IntStream.range(0, 200)
                .mapToObj(i -> Payloads.read(Payloads.NAMES.get(i % Payloads.NAMES.size()))
                        .replace("\"groupKey\":\"", "\"groupKey\":\"parallel " + i + " "))
                .toList();

        var answers = new ArrayList<Integer>();
        try (var senders = Executors.newVirtualThreadPerTaskExecutor()) {
            var posts = bodies.stream()
                    .<Callable<Integer>>map(body -> () -> service.notify(body).statusCode())
                    .toList();
            for (var post : senders.invokeAll(posts)) {
                answers.add(post.get());
            }
        }

        assertThat(answers).hasSize(200).containsOnly(204);
        assertThat(service.notifications().stream().filter(body -> body.contains("parallel ")))
                .containsExactlyInAnyOrderElementsOf(bodies);
    }

    @Test
    void keysThatOnlyNewerReleasesSendAreKeptAndNotMinded() throws Exception {
        var body = FIRING.replaceFirst(
                "\\{",
                "{\"notification_reason\":\"first notification\",\"routeLabels\":{\"team\":\"db\"},\"new\":[{}],");

        assertThat(service.notify(body).statusCode()).isEqualTo(204);
        assertThat(service.notifications()).contains(body);
    }

    @Test
    void keysThatOlderReleasesLeaveOutAreNotMissed() throws Exception {
        var body = """
                {"version":"4","receiver":"r","groupKey":"k","status":"resolved","alerts":[
                 {"status":"resolved","labels":{"alertname":"Old"},"startsAt":"2026-01-01T01:00:00+01:00",
                  "endsAt":"2026-01-01T01:00:00.123456789Z"}]}""";

        assertThat(service.notify(body).statusCode()).isEqualTo(204);
        assertThat(service.notifications()).contains(body);
    }

    /** So does curl, which calls every body a form unless told otherwise. */
    @Test
    void theBodyCountsAndNotWhatItIsCalled() throws Exception {
        var body = Payloads.read("grouped-firing").replace("PgConnectionsCritical", "A%zzB+C&D=E;");
        for (var type : List.of("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain")) {
            var answer = service.send(service.request(RealService.WEBHOOK, RealService.ALERTMANAGER)
                    .header("Content-Type", type)
                    .POST(BodyPublishers.ofString(body)));

            assertThat(answer.statusCode()).as(type + answer.body()).isEqualTo(204);
        }
        assertThat(Collections.frequency(service.notifications(), body)).isEqualTo(3);
    }

    record Unreadable(String body, String reason) {}

    static final List<Unreadable> UNREADABLE = List.of(
            new Unreadable("", "not a webhook body"),
            new Unreadable("null", "the body is null"),
            new Unreadable("{", "not a webhook body"),
            new Unreadable("[]", "not a webhook body"),
            new Unreadable("[".repeat(100_000), "not a webhook body"),
            new Unreadable(FIRING + "{}", "not a webhook body"),
            new Unreadable("{}", "there is no \\\"version\\\""),
            new Unreadable(FIRING.replace("\"version\":\"4\"", "\"version\":\"3\""), "version \\\"3\\\" is not"),
            new Unreadable(FIRING.replace("\"version\":\"4\"", "\"text\":\"4\""), "custom payload"),
            new Unreadable(FIRING.replace("\"groupKey\"", "\"group\""), "\\\"groupKey\\\""),
            new Unreadable(FIRING.replace("\"labels\"", "\"lables\""), "alerts[0] has no labels"),
            new Unreadable(FIRING.replaceFirst("\"labels\":\\{[^}]*}", "\"labels\":{}"), "alerts[0] has no labels"),
            new Unreadable(FIRING.replaceFirst("\"labels\":\\{", "\"labels\":{\"a\":null,"), "alerts[0]"),
            new Unreadable(FIRING.replaceFirst("\"annotations\":\\{", "\"annotations\":{\"a\":null,"), "alerts[0]"),
            new Unreadable(FIRING.replace("\"startsAt\":\"2", "\"startsAt\":\"x"), "alerts[0].startsAt is no time"),
            new Unreadable(FIRING.replace("\"startsAt\"", "\"began\""), "alerts[0] has no startsAt"),
            new Unreadable(FIRING.replaceAll("\"status\":\"firing\"", "\"status\":\"on\""), "alerts[0].status"),
            new Unreadable(FIRING.replaceFirst("\"alerts\":\\[", "\"alerts\":[null,"), "alerts[0]"));

    @ParameterizedTest
    @FieldSource("UNREADABLE")
    void whatCanNeverBeReadIsRefusedWithAReason(Unreadable wrong) throws Exception {
        var before = service.notifications();

        var answer = service.notify(wrong.body());

        assertProblem(answer, 400, "/problems/unreadable");
        assertThat(answer.body()).contains(wrong.reason());
        assertThat(service.notifications()).isEqualTo(before);
        assertThat(service.notify(FIRING).statusCode()).isEqualTo(204);
    }

    @Test
    void whatIsNotTextIsRefused() throws Exception {
        var answer = service.send(service.request(RealService.WEBHOOK, RealService.ALERTMANAGER)
                .POST(BodyPublishers.ofByteArray(new byte[] {'{', '"', (byte) 0xff, '"', '}'})));

        assertProblem(answer, 400, "/problems/unreadable");
        assertThat(answer.body()).contains("not UTF-8");
    }

    @Test
    void aBodyOverTheLimitIsRefused() throws Exception {
        var before = service.notifications();

        var answer = service.notify(FIRING + " ".repeat(TEN_MEGABYTES));

        assertProblem(answer, 413, "/problems/too-large");
        assertThat(service.notifications()).isEqualTo(before);
        assertThat(service.notify(FIRING).statusCode()).isEqualTo(204);
    }

    @Test
    void aBodyUpToTheLimitIsNot() throws Exception {
        var body = FIRING + " ".repeat((int) WebhookRoute.MAX_BODY_BYTES - FIRING.length());

        assertThat(service.notify(body).statusCode()).isEqualTo(204);
    }

    /** A sender that writes all before it reads must find the answer, not a broken connection; on it the next one goes. */
    @ParameterizedTest
    @FieldSource("FRAMINGS")
    void whoSendsTooMuchCanReadWhy(String framing) throws Exception {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), service.port())) {
            socket.setSoTimeout(20_000);
            var out = socket.getOutputStream();
            var chunked = framing.startsWith("Transfer");
            out.write(bytes(head(framing) + (chunked ? Integer.toHexString(TEN_MEGABYTES) + "\r\n" : "")));
            out.write(new byte[TEN_MEGABYTES]);
            out.write(bytes(chunked ? "\r\n0\r\n\r\n" : ""));
            out.write(bytes(head("Content-Length: " + FIRING.length()) + FIRING));
            out.flush();

            var answers = read(socket.getInputStream(), "204 No Content");

            assertThat(answers).startsWith("HTTP/1.1 413").contains("/problems/too-large");
        }
    }

    static final List<String> FRAMINGS = List.of("Content-Length: " + TEN_MEGABYTES, "Transfer-Encoding: chunked");

    @Test
    void aSenderThatGivesUpHalfWayHarmsNobody() throws Exception {
        var before = service.notifications();

        try (var socket = new Socket(InetAddress.getLoopbackAddress(), service.port())) {
            socket.getOutputStream().write(bytes(head("Content-Length: 1000") + FIRING.substring(0, 100)));
            socket.getOutputStream().flush();
        }

        assertThat(service.notify(FIRING).statusCode()).isEqualTo(204);
        assertThat(service.notifications()).hasSize(before.size() + 1);
    }

    static final List<String> STRANGERS = List.of(
            "", "Bearer", "Bearer ", "Bearer wrong", "Basic wrong", "Bearer " + RealService.OPERATOR, "Basic Og==");

    @ParameterizedTest
    @FieldSource("STRANGERS")
    void nobodyElseIsLetIn(String credentials) throws Exception {
        var before = service.notifications();
        var request = service.request(RealService.WEBHOOK, "").POST(BodyPublishers.ofString(FIRING));

        var answer = service.send(credentials.isEmpty() ? request : request.header("Authorization", credentials));

        assertProblem(answer, 401, "/problems/unauthorized");
        assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
        assertThat(service.notifications()).isEqualTo(before);
    }

    @Test
    void theNameOfASchemeMayBeWrittenSmall() throws Exception {
        var answer = service.send(service.request(RealService.WEBHOOK, "")
                .header("Authorization", "bearer " + RealService.ALERTMANAGER)
                .POST(BodyPublishers.ofString(FIRING)));

        assertThat(answer.statusCode()).isEqualTo(204);
    }

    private static String head(String framing) {
        return "POST %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n%s\r\n\r\n"
                .formatted(RealService.WEBHOOK, RealService.ALERTMANAGER, framing);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String read(InputStream in, String until) throws IOException {
        var text = new StringBuilder();
        while (text.indexOf(until) < 0) {
            var next = in.read();
            if (next < 0) {
                throw new IOException("the connection ended after: " + text);
            }
            text.append((char) next);
        }
        return text.toString();
    }
}
