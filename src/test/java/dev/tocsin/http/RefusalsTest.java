package dev.tocsin.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every route has in common when it says no. */
final class RefusalsTest extends WithRealService {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/index.html",
                "/api",
                "/api/v1/run",
                "/api/v1/runs/x/y/z",
                "/api/v2/runs",
                "/openapi.json",
                "/x%2Fy"
            })
    void anUnknownPathIsNotFound(String path) throws Exception {
        assertProblem(service.get(path), 404, "/problems/not-found");
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, /api/v1/runs, 'GET, POST'",
        "DELETE, /api/v1/runs/00000000-0000-7000-8000-000000000000, GET",
        "GET, /api/v1/runs/00000000-0000-7000-8000-000000000000/abort, POST",
        "GET, /api/v1/webhooks/alertmanager, POST",
        "PATCH, /api/v1/scenarios/idle, GET",
        "POST, /openapi.yaml, GET"
    })
    void anotherMethodIsNotAllowed(String method, String path, String allowed) throws Exception {
        var answer = service.send(service.request(path, RealService.OPERATOR).method(method, BodyPublishers.noBody()));

        assertProblem(answer, 405, "/problems/method-not-allowed");
        assertThat(answer.headers().firstValue("Allow")).contains(allowed);
    }

    @Test
    void aHeadIsAnsweredWithoutABody() throws Exception {
        var answer = service.send(
                service.request("/api/v1/runs", RealService.VIEWER).method("HEAD", BodyPublishers.noBody()));

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(answer.body()).isEmpty();
        assertThat(service.get("/api/v1/runs").statusCode()).isEqualTo(200);
    }

    static final List<String> CREDENTIALS = List.of(
            "Bearer wrong",
            "Bearer",
            "Bearer " + RealService.ALERTMANAGER,
            "Basic " + RealService.VIEWER,
            RealService.VIEWER,
            "Bearer " + Secrets.sha256Hex(RealService.VIEWER));

    @ParameterizedTest
    @FieldSource("CREDENTIALS")
    void onlyATokenOpens(String credentials) throws Exception {
        var answer = service.send(service.request("/api/v1/runs", "").header("Authorization", credentials));

        assertProblem(answer, 401, "/problems/unauthorized");
        assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
    }

    @Test
    void theNameOfASchemeMayBeWrittenSmall() throws Exception {
        var answer = service.send(
                service.request("/api/v1/runs", "").header("Authorization", "bearer  " + RealService.VIEWER));

        assertThat(answer.statusCode()).isEqualTo(200);
    }

    @Test
    void whatIsNoUrlIsRefused() throws Exception {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), service.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write("GET /api/v1/runs/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));

            var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answer).startsWith("HTTP/1.1 400").contains("application/problem+json");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/events", "/evidence/verdict.json"})
    void whatIsNoIdOfARunIsRefused(String rest) throws Exception {
        assertProblem(service.get("/api/v1/runs/x" + rest), 400, "/problems/bad-request");
        assertProblem(
                service.get("/api/v1/runs/00000000-0000-7000-8000-000000000000" + rest), 404, "/problems/not-found");
    }
}
